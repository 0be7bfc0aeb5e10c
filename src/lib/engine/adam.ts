import { cos } from './libm';
import { power } from './math';
import type { Reals } from './ops/operation';

/**
 * Adam with bias correction (Kingma & Ba 2015), as microgpt writes it.
 *
 *   m ← β₁ m + (1 − β₁) g        m̂ = m / (1 − β₁ᵗ)
 *   v ← β₂ v + (1 − β₂) g²       v̂ = v / (1 − β₂ᵗ)        w ← w − lr · m̂ / (√v̂ + ε)
 */
export interface AdamConfig {
  readonly beta1: number;
  readonly beta2: number;
  readonly eps_adam: number;
}

/** The numbers of one update: t counts from 1. */
export interface AdamStep {
  readonly learning_rate: number;
  /** 1 − β₁ᵗ */
  readonly correction1: number;
  /** 1 − β₂ᵗ */
  readonly correction2: number;
}

/** @param step the update's number, from 1 */
export function adamStep(config: AdamConfig, learning_rate: number, step: number): AdamStep {
  return {
    learning_rate,
    correction1: 1 - power(config.beta1, step),
    correction2: 1 - power(config.beta2, step)
  };
}

/**
 * Updates weights and moments in place, all of one length, and returns the sum of the squared updates over
 * [from, to).
 */
export function adamUpdate(
  { beta1, beta2, eps_adam }: AdamConfig,
  { learning_rate, correction1, correction2 }: AdamStep,
  { w, g, m, v }: Record<'w' | 'g' | 'm' | 'v', Reals>,
  from: number,
  to: number
): number {
  let square = 0;
  for (let i = from; i < to; i++) {
    m[i] = beta1 * m[i] + (1 - beta1) * g[i];
    v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
    const update =
      (learning_rate * (m[i] / correction1)) / (Math.sqrt(v[i] / correction2) + eps_adam);
    w[i] -= update;
    square += update * update;
  }
  return square;
}

export type LearningRateSchedule = 'linear' | 'cosine' | 'constant';

/** Learning rate of the step after `done` of `num_steps` steps: linear to 0, half a cosine to 0, or constant. */
export function scheduledRate(
  schedule: LearningRateSchedule,
  learning_rate: number,
  done: number,
  num_steps: number
): number {
  if (schedule === 'constant') return learning_rate;
  if (schedule === 'linear') return learning_rate * (1 - done / num_steps);
  return learning_rate * 0.5 * (1 + cos((Math.PI * done) / num_steps));
}
