import type { Arising } from '../../run/arising';
import { precisions } from '../../run/engineLabels';
import { nameOfWeight, type Weight } from '../../run/branch';
import type { GroupOrAll, Overflow, UpdateOutline, WeightStep } from '../../run/updateQuestions';
import { NOTHING, quoteToken } from '../format';
import { formatNumber } from '../operations/words';
import { groupTitles } from '../parameterGroups';

/** What the pages on a step's update say, as sentences and short labels. */

export const groupNames: Readonly<Record<GroupOrAll, string>> = { ...groupTitles, all: 'all' };

/** Three digits that matter, with its sign and a true minus. */
export function formatSigned(x: number): string {
  if (Number.isNaN(x)) return NOTHING;
  if (!Number.isFinite(x)) return x < 0 ? '−∞' : '∞';
  const size = Math.abs(x);
  const text =
    size !== 0 && (size < 1e-3 || size >= 1e4)
      ? size.toExponential(2).replace('-', '−')
      : size.toPrecision(3);
  return x === 0 ? '0' : `${x < 0 ? '−' : '+'}${text}`;
}

/** Six digits that matter, with a true minus; a power of ten where there would be many noughts. */
export function formatExact(x: number): string {
  const size = Math.abs(x);
  if (!Number.isFinite(x) || size === 0 || (size >= 1e-3 && size < 1e6)) return formatNumber(x);
  const [digits, power] = x.toExponential(5).split('e');
  return `${Number(digits)}e${Number(power)}`.replaceAll('-', '−');
}

/** A share of an update in per cent: one decimal, with its sign. */
export function formatPart(share: number): string {
  if (!Number.isFinite(share)) return NOTHING;
  const percent = 100 * share;
  const text = Math.abs(percent).toFixed(Math.abs(percent) < 999.95 ? 1 : 0);
  return `${percent < 0 && Number(text) > 0 ? '−' : ''}${text}%`;
}

/** `3: “m” → “a”` */
export function describeToken(
  { tokens, targets }: Pick<UpdateOutline, 'tokens' | 'targets'>,
  t: number,
  vocabulary: readonly string[]
): string {
  return `${t}: ${quoteToken(vocabulary[tokens[t]])} → ${quoteToken(vocabulary[targets[t]])}`;
}

/** Whether the gradients of two tokens want the same. */
export function describeCosine(cosine: number): string {
  if (Number.isNaN(cosine)) return 'no gradient to compare';
  if (cosine > 0.2) return 'pull together';
  return cosine < -0.2 ? 'pull against each other' : 'hardly meet';
}

/** Whether Adam's formula came to what training did. */
export function describeExactness({ exact, ulp, engine }: WeightStep): string {
  if (exact) return 'Checked: w, m and v equal those that training came to, bit for bit.';
  const apart = ulp < 10 ? ulp.toFixed(1) : ulp.toExponential(1);
  const precision = precisions[engine];
  return `Checked: training’s w is ${apart} ulp of ${precision} away, for it rounds in ${precision} at every operation.`;
}

/** `layer0.attn_wq[3,5]`, `layer0.attn_wq 3 5`: the weight; a sentence if there is none of that name. */
export function readWeight(text: string, parameters: UpdateOutline['parameters']): Weight | string {
  const [, name = '', ...digits] =
    /^\s*([\w.]+)\s*\[?\s*(\d+)[\s,]+(\d+)\s*\]?\s*$/.exec(text) ?? [];
  const found = parameters.find((parameter) => parameter.name === name);
  if (!found) return `weight: needs a name like layer0.attn_wq[3,5], got ${text || 'nothing'}`;
  const [row, column] = digits.map(Number);
  const [rows, columns] = found.shape;
  if (row < rows && column < columns) return { parameter: name, row, column };
  return `weight: needs an index below [${rows},${columns}] in ${name}, got [${row},${column}]`;
}

const passes: Readonly<Record<Arising['pass'], string>> = {
  weights: 'It was among the weights before the step.',
  forward: 'It arose in the forward pass.',
  backward: 'It arose in the backward pass.'
};

export function describeArising({ pass, node, value, address }: Arising): string {
  const by = node === undefined ? '' : ` by the operation ${node}`;
  const what = `${String(value).replace('-', '−')} in ${address.tensor}[${address.index.join(',')}]`;
  return `The first number that is not finite is ${what}${by}. ${passes[pass]}`;
}

const adamNames: Readonly<Record<Overflow['of'], string>> = {
  m: 'Adam’s m',
  v: 'Adam’s v',
  weights: 'the weight'
};

export function describeOverflow(overflow: Overflow): string {
  return `All numbers of the passes are finite; in the update ${adamNames[overflow.of]} of ${nameOfWeight(overflow)} became ${overflow.value}.`;
}
