import type {
  Address,
  Hit,
  OpenedNumber,
  Progress,
  Seed,
  StepOutline,
  TensorName,
  Verification
} from '../../run/questions';
import { formatCount, NOTHING, quoteToken } from '../format';

/** What the operation view says, as sentences and short labels. */

/** Six digits that matter, with a true minus. */
export function formatNumber(x: number): string {
  if (!Number.isFinite(x)) return String(x).replace('-', '−');
  const text = x === 0 ? '0' : String(Number(x.toPrecision(6)));
  return text.replaceAll('-', '−');
}

/** `dlayer0.attn_wq`, `layer0.q`; of an addition, the gradient's name with its sign. */
export function nameOfTensor({ tensor, reading }: TensorName): string {
  return { value: tensor, gradient: `d${tensor}`, added: `+ d${tensor}` }[reading];
}

/** `dlayer0.attn_wq[3,5]`; a scalar has no index. */
export function nameOfNumber({ tensor, aspect, index }: Address): string {
  const name = aspect === 'gradient' ? `d${tensor}` : tensor;
  return index.length === 0 ? name : `${name}[${index.join(',')}]`;
}

export function describeShape(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : `(${shape.join(', ')})`;
}

/** How far a gradient has come: `—`, `contribution 2 of 3`, `complete`. */
export function describeProgress({ done, total, state }: Progress): string {
  if (state === 'none') return total === 0 ? `${NOTHING} not reached from this seed` : NOTHING;
  return state === 'partial' ? `partial: ${done} of ${total}` : 'complete';
}

export function describeSeed(seed: Seed, outline: StepOutline, vocabulary: readonly string[]) {
  if (seed.of === 'loss') return 'the mean loss';
  const target = quoteToken(vocabulary[outline.targets[seed.t]] ?? '?');
  return seed.of === 'token'
    ? `the loss of token ${seed.t}, which should say ${target}`
    : `the logit of ${quoteToken(vocabulary[seed.v] ?? '?')} at token ${seed.t}`;
}

/** What stopped a walk. */
export function describeHit({ breakpoint, tensor, value }: Hit): string {
  if (breakpoint.on === 'operation') return `Stopped at ${breakpoint.name}.`;
  const rule = breakpoint.on === 'nonFinite' ? 'not finite' : `above ${breakpoint.above}`;
  return `Stopped: |d${tensor}| is ${rule}, ${formatNumber(value ?? NaN)}.`;
}

/** Whether the pass came to what training took; said once it is at its end. */
export function describeAgreement({ agreement, engine }: StepOutline): string {
  if (!agreement)
    return 'Done. Training takes the gradients of the mean loss: choose that to compare with them.';
  const { exact, agrees, parameters, numbers, worst } = agreement;
  const all = `all ${formatCount(numbers)} gradients of ${parameters} parameters`;
  if (exact) return `Checked: ${all} equal those that training took, bit for bit.`;
  return agrees
    ? `Checked: ${all} agree with those that training took, within the rounding of ${engine}.`
    : `Not equal: the gradient of ${worst} is farther from training’s than rounding allows.`;
}

export function describeVerification({ difference, ulp, rounding, recomputed }: Verification) {
  const size = Math.abs(difference);
  if (size === 0) return `Verified: recomputed in f64 it is the same, |Δ| = 0, 0 ulp.`;
  const told = `|Δ| = ${size.toExponential(1)}, ${ulp < 10 ? ulp.toFixed(1) : formatCount(ulp)} ulp`;
  return size <= rounding
    ? `Verified: recomputed in f64 it is ${formatNumber(recomputed)}, ${told}, as rounding allows.`
    : `Not verified: f64 gives ${formatNumber(recomputed)}, ${told}, more than rounding allows.`;
}

const origins = {
  operation: '',
  weight: 'A weight: training made it, no operation of this step did.',
  batch: 'An entry of the batch: it comes from the text.',
  seed: 'The seed of the backward pass: its gradient by itself is 1.'
} as const;

/** Where the trail of a number ends, or nothing. */
export function describeOrigin({ origin }: OpenedNumber): string {
  return origins[origin];
}
