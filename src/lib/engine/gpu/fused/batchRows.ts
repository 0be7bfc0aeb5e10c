import type { Batch } from '../../batch';

/** Ends a chain of links: more than any row. */
const NONE = 0xffffffff;

/** Writes token, target, start and length of each position, from the place of the batch's first row on. */
export function writeRows(rows: Uint32Array, row: number, batch: Batch): void {
  const { T, tokens, targets, starts, lengths } = batch;
  for (let t = 0, at = 4 * row; t < T; t++, at += 4) {
    rows[at] = tokens[t];
    rows[at + 1] = targets[t];
    rows[at + 2] = starts[t];
    rows[at + 3] = lengths[t];
  }
}

/**
 * Writes, for each token, the first of the batch's rows that has it, and then, for each row, the next with the same
 * token: so the gradient of a token's embedding is summed without a look at the other rows.
 */
export function writeLinks(
  links: Uint32Array,
  place: number,
  { T, tokens }: Batch,
  vocab_size: number
): void {
  const next = place + vocab_size;
  links.fill(NONE, place, next);
  for (let t = T - 1; t >= 0; t--) {
    links[next + t] = links[place + tokens[t]];
    links[place + tokens[t]] = t;
  }
}
