import type { AttentionFrame } from '../run/snapshot';
import { csv } from './csv';
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

/** Every weight of every head, but for the future. */
export function attentionCsv(attention: AttentionFrame): string {
  const rows: number[][] = [];
  for (let layer = 0; layer < attention.n_layer; layer++) {
    for (let head = 0; head < attention.n_head; head++) {
      const weights = headWeights(attention, { layer, head });
      for (let t = 0; t < attention.T; t++) {
        for (let s = 0; s <= t; s++) rows.push([layer, head, t, s, weights[t * attention.T + s]]);
      }
    }
  }
  return csv(['layer', 'head', 't', 's', 'weight'], rows);
}

function subscript(n: number): string {
  return String(n).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]);
}
