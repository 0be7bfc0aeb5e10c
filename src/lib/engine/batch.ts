/**
 * The documents of one training step, laid end to end: T positions in all. Each array has T numbers.
 * A document longer than block_size is cut: it has at most block_size positions.
 */
export interface Batch {
  readonly T: number;
  /** Number of documents. */
  readonly B: number;
  /** Input token of each position. */
  readonly tokens: Int32Array;
  /** The token that follows: what the model should predict. */
  readonly targets: Int32Array;
  /** Place of each position in its document, from 0. */
  readonly positions: Int32Array;
  /** Row at which the position's document begins. */
  readonly starts: Int32Array;
  /** Number of rows of the position's document. */
  readonly lengths: Int32Array;
}

/** Names of the arrays of a batch that operations read. */
export const batchArrays = ['tokens', 'targets', 'positions', 'starts', 'lengths'] as const;

/**
 * @param documents token ids with BOS on both sides, as `Tokenizer.encode` gives them
 * @param block_size most positions of one document
 */
export function makeBatch(documents: readonly Int32Array[], block_size: number): Batch {
  const counts = documents.map((ids) => Math.min(block_size, ids.length - 1));
  const T = counts.reduce((sum, count) => sum + count, 0);
  const [tokens, targets, positions, starts, lengths] = batchArrays.map(() => new Int32Array(T));
  let start = 0;
  documents.forEach((ids, d) => {
    const count = counts[d];
    tokens.set(ids.subarray(0, count), start);
    targets.set(ids.subarray(1, count + 1), start);
    for (let i = 0; i < count; i++) positions[start + i] = i;
    starts.fill(start, start, start + count);
    lengths.fill(count, start, start + count);
    start += count;
  });
  return { T, B: documents.length, tokens, targets, positions, starts, lengths };
}
