import type { TokenSummary } from '../../run/protocol';
import type { AttentionFrame } from '../../run/snapshot';
import { rampColor, inkOn, type Ramp } from '../ramp';

/** What two steps expect of one token after the same tokens; null where it is not among the likeliest of a step. */
export interface ComparedToken {
  readonly token_id: number;
  readonly a: number | null;
  readonly b: number | null;
}

/** The tokens that either step finds likeliest, and the target: the likeliest to B first, then to A. */
export function comparedTokens(a: TokenSummary, b: TokenSummary): ComparedToken[] {
  const ids = new Set([a.target, ...[...b.top_k, ...a.top_k].map(({ token_id }) => token_id)]);
  const rows = [...ids].map((token_id) => ({
    token_id,
    a: probabilityOf(a, token_id),
    b: probabilityOf(b, token_id)
  }));
  return rows.sort((one, two) => (two.b ?? 0) - (one.b ?? 0) || (two.a ?? 0) - (one.a ?? 0));
}

function probabilityOf({ target, target_prob, top_k }: TokenSummary, id: number): number | null {
  if (id === target) return target_prob;
  return top_k.find(({ token_id }) => token_id === id)?.prob ?? null;
}

/** What B gives more than A: the weights of every head, −1…1. */
export function attentionChange(a: AttentionFrame, b: AttentionFrame): AttentionFrame {
  return { ...b, weights: b.weights.map((weight, i) => weight - a.weights[i]) };
}

/** The colour of a change −1…1, and the ink that reads on it: less in one colour, more in the other. */
export function changeColor(change: number, less: Ramp, more: Ramp) {
  const ramp = change < 0 ? less : more;
  const size = Math.abs(change);
  return { background: rampColor(ramp, size), color: inkOn(ramp, size) };
}
