import type {
  Address,
  Hit,
  OpenedNumber,
  Progress,
  ScalarNode,
  Seed,
  StepOutline,
  TensorName,
  VerifiedNumber
} from '../../run/questions';
import { engineLabel } from '../../run/engineLabels';
import type { Opened } from '../../run/openedLink';
import { formatCount, NOTHING, quoteToken } from '../format';

/** What the operation view says, as sentences and short labels. */

/** Six digits that matter unless told, with a true minus. */
export function formatNumber(x: number, digits = 6): string {
  if (!Number.isFinite(x)) return String(x).replace('-', '−');
  const text = x === 0 ? '0' : String(Number(x.toPrecision(digits)));
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

/** What a scalar is called: its operation, and the cell or the name that it has. */
export function labelOfScalar({ operation, exponent, name, cells }: ScalarNode): string {
  const made = operation === 'pow' ? `pow ${formatNumber(exponent ?? NaN)}` : operation;
  const called = cells.length > 0 ? nameOfNumber(cells[0]) : name;
  return [made, called].filter(Boolean).join(' · ') || 'constant';
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

/** What a link opens, in the middle of a sentence. */
export function describeOpened(step: number, { cell, operation, seed }: Opened): string {
  const place = cell ? ` at ${nameOfNumber(cell)}` : operation ? ` at ${operation}` : '';
  const of = {
    loss: '',
    token: seed.of === 'loss' ? '' : `, gradients of token ${seed.t}’s loss`,
    logit: seed.of === 'logit' ? `, gradients of logit ${seed.v} at token ${seed.t}` : ''
  }[seed.of];
  return `step ${formatCount(step)}${place}${of}`;
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
    ? `Checked: ${all} agree with those that training took, within the rounding of the ${engineLabel(engine)}.`
    : `Not equal: the gradient of ${worst} is farther from training’s than rounding allows.`;
}

/** Whether a number is what f64 makes of the same operands, as rounding allows, and how far off. */
export function describeVerification(verified: VerifiedNumber): string {
  const { difference, ulp, rounding, done, total } = verified;
  const size = Math.abs(difference);
  const part =
    done < total ? ` Recomputed: the ${done} of ${total} contributions that are done.` : '';
  if (size === 0) return `Verified: the same in f64, |Δ| = 0, 0 ulp.${part}`;
  const told = `|Δ| = ${formatPower(size)}, ${ulp < 10 ? ulp.toFixed(1) : formatCount(ulp)} ulp`;
  const most = formatPower(rounding);
  return size <= rounding
    ? `Verified: ${told}; rounding alone allows ${most}.${part}`
    : `Not verified: ${told}, more than the ${most} that rounding allows.${part}`;
}

function formatPower(size: number): string {
  return size.toExponential(1).replace('-', '−').replace('e+', 'e');
}

/** All digits of a number, cut where another's differ: what they share, and its own rest. */
export function sharedDigits(x: number, other: number): readonly [same: string, rest: string] {
  const [text, against] = [x, other].map((each) => String(each).replaceAll('-', '−'));
  const first = [...text].findIndex((digit, i) => digit !== against[i]);
  return first < 0 ? [text, ''] : [text.slice(0, first), text.slice(first)];
}

/** Of a gradient that is not complete: how far it has come, and what it will be. */
export function describeStanding({ standing, stored, contributions }: OpenedNumber): string | null {
  if (!standing || standing.progress.state === 'complete') return null;
  const whole = `complete it will be ${formatNumber(stored)}`;
  if (standing.progress.state === 'none') {
    const about = contributions.length === 0 ? '' : '; below is how it comes about';
    return `Not computed yet at this stop; ${whole}${about}.`;
  }
  const { done, total } = standing.progress;
  return `Partial: ${done} of ${total} contributions are in; ${whole}.`;
}

/** Which position of which document a number belongs to, or which token’s row of a table. */
export function describeRow(
  { row, address: { tensor, index } }: OpenedNumber,
  vocabulary: readonly string[]
): string {
  const quote = (token: number) => quoteToken(vocabulary[token] ?? '?');
  if (tensor === 'wte') return `Row ${index[0]}: the vector of ${quote(index[0])}.`;
  if (tensor === 'lm_head') return `Row ${index[0]}: it makes the logit of ${quote(index[0])}.`;
  if (tensor === 'wpe') return `Row ${index[0]}: the vector of position ${index[0]}.`;
  if (!row) return '';
  const { document, position, token, target } = row;
  const where =
    document === 0 ? `Position ${position}` : `Position ${position} of document ${document + 1}`;
  return `${where}: reads ${quote(token)}, should say ${quote(target)}.`;
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
