import type { WeightStep } from '../../run/updateQuestions';
import { formatExact } from './words';

/** A line of Adam's formula: in symbols, in numbers, and what comes out. */
export interface AdamLine {
  readonly name: string;
  /** '' for what is given. */
  readonly symbolic: string;
  readonly numeric: string;
  readonly result: number;
}

/** The whole of Adam's step of a weight, in the order in which it is computed; t is the step. */
export function adamLines({ before, explained, adam, update }: WeightStep): AdamLine[] {
  const { beta1, beta2, eps_adam } = adam;
  const { learning_rate, correction1, correction2 } = update;
  const { m, v, m_hat, v_hat } = explained;
  const [b1, b2, n] = [formatExact(beta1), formatExact(beta2), formatExact];
  const given = (name: string, result: number): AdamLine => ({
    ...{ name, symbolic: '', numeric: '' },
    result
  });
  return [
    given('w', before.w),
    given('g', before.g),
    {
      name: 'm',
      symbolic: 'β₁ · m + (1 − β₁) · g',
      numeric: `${b1} · ${n(before.m)} + ${n(1 - beta1)} · ${n(before.g)}`,
      result: m
    },
    {
      name: 'v',
      symbolic: 'β₂ · v + (1 − β₂) · g²',
      numeric: `${b2} · ${n(before.v)} + ${n(1 - beta2)} · ${n(before.g)}²`,
      result: v
    },
    {
      name: 'm̂',
      symbolic: 'm / (1 − β₁ᵗ)',
      numeric: `${n(m)} / ${n(correction1)}`,
      result: m_hat
    },
    {
      name: 'v̂',
      symbolic: 'v / (1 − β₂ᵗ)',
      numeric: `${n(v)} / ${n(correction2)}`,
      result: v_hat
    },
    {
      name: 'step',
      symbolic: 'lr · m̂ / (√v̂ + ε)',
      numeric: `${n(learning_rate)} · ${n(m_hat)} / (√${n(v_hat)} + ${n(eps_adam)})`,
      result: explained.update
    },
    {
      name: 'w′',
      symbolic: 'w − step',
      numeric: `${n(before.w)} − ${n(explained.update)}`,
      result: explained.w
    }
  ];
}
