import type { AdamConfig, AdamStep } from '../adam';

/** One weight with its gradient, and its moments before the update. */
export interface WeightState {
  readonly w: number;
  readonly g: number;
  readonly m: number;
  readonly v: number;
}

/** Adam's update of one weight, number by number, in the names of adam.ts. */
export interface WeightUpdate {
  /** β₁ m + (1 − β₁) g */
  readonly m: number;
  /** β₂ v + (1 − β₂) g² */
  readonly v: number;
  /** m / (1 − β₁ᵗ) */
  readonly m_hat: number;
  /** v / (1 − β₂ᵗ) */
  readonly v_hat: number;
  /** lr · m̂ / (√v̂ + ε), which is taken from the weight. */
  readonly update: number;
  /** The weight after it. */
  readonly w: number;
  /** The part of the update that this step's gradient brings through m: lr · (1 − β₁) g / (1 − β₁ᵗ) / (√v̂ + ε). */
  readonly fromGradient: number;
  /** The part that steps before it bring through m: lr · β₁ m / (1 − β₁ᵗ) / (√v̂ + ε). */
  readonly fromMomentum: number;
}

/** Works an update out as the cpu engine does, bit for bit, and splits it in two: the parts sum to it within an ulp. */
export function explainUpdate(
  { beta1, beta2, eps_adam }: AdamConfig,
  { learning_rate, correction1, correction2 }: AdamStep,
  { w, g, m: m_before, v: v_before }: WeightState
): WeightUpdate {
  const m = beta1 * m_before + (1 - beta1) * g;
  const v = beta2 * v_before + (1 - beta2) * g * g;
  const m_hat = m / correction1;
  const v_hat = v / correction2;
  const scaled = (part: number) => (learning_rate * part) / (Math.sqrt(v_hat) + eps_adam);
  const update = scaled(m_hat);
  const parts = split(
    update,
    scaled(((1 - beta1) * g) / correction1),
    scaled((beta1 * m_before) / correction1)
  );
  return { m, v, m_hat, v_hat, update, w: w - update, ...parts };
}

/** Each part is rounded by itself; the larger one takes up what is left, where it shows least. */
function split(update: number, fromGradient: number, fromMomentum: number) {
  return Math.abs(fromGradient) < Math.abs(fromMomentum)
    ? { fromGradient, fromMomentum: update - fromGradient }
    : { fromGradient: update - fromMomentum, fromMomentum };
}
