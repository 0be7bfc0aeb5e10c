import type { Batch } from '../../batch';

/** Ends a chain of links: more than any row. */
const NONE = 0xffffffff;

/** Writes token, target, start and length of each position. Returns the place after the last. */
export function writeRows(inputs: Uint32Array, place: number, batch: Batch): number {
  const { T, tokens, targets, starts, lengths } = batch;
  for (let t = 0, at = place; t < T; t++, at += 4) {
    inputs[at] = tokens[t];
    inputs[at + 1] = targets[t];
    inputs[at + 2] = starts[t];
    inputs[at + 3] = lengths[t];
  }
  return place + 4 * T;
}

/**
 * Writes, for each token, the first of the batch's rows that has it, and then, for each row, the next with the same
 * token: so the gradient of a token's embedding is summed without a look at the other rows. Returns the place after.
 */
export function writeLinks(
  inputs: Uint32Array,
  place: number,
  { T, tokens }: Batch,
  vocab_size: number
): number {
  const next = place + vocab_size;
  inputs.fill(NONE, place, next);
  for (let t = T - 1; t >= 0; t--) {
    inputs[next + t] = inputs[place + tokens[t]];
    inputs[place + tokens[t]] = t;
  }
  return next + T;
}

/** Most numbers that `writeRows` and `writeLinks` write for one step. */
export function inputNumbers(capacity: number, vocab_size: number): number {
  return 5 * capacity + vocab_size;
}
