import type { AttentionFrame } from '../run/snapshot';
import { formatProb, quoteToken } from './format';
import { headWeights, type HeadCell, type HeadPlace } from './heatmap';

/** A cell in words, positions as subscripts: `head 0·1: from “a”₃ to “n”₁: 0.312`. */
export function describeCell(
  attention: AttentionFrame,
  tokens: readonly string[],
  cell: HeadCell
): string {
  const { layer, head, t, s } = cell;
  const weight = headWeights(attention, cell)[t * attention.T + s];
  const [from, to] = [t, s].map((position) => quoteToken(tokens[position]) + subscript(position));
  return `head ${layer}·${head}: from ${from} to ${to}: ${formatProb(weight)}`;
}

/** Where a position looks most in a head; the earliest where there are several. */
export function strongestCell(
  { T, ...rest }: AttentionFrame,
  place: HeadPlace,
  t: number
): HeadCell {
  const row = headWeights({ T, ...rest }, place).subarray(t * T, t * T + t + 1);
  return { ...place, t, s: row.indexOf(Math.max(...row)) };
}

function subscript(n: number): string {
  return String(n).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]);
}
