import type { Batch } from '../batch';
import type { Program } from '../program';

/** Most shards of a batch, and so most workers that can share it. */
const MOST_SHARDS = 8;

/** Positions that a shard should have at least, and that are worked on in one go: tiles are full, the cache is not. */
const ROWS = 64;

/** Documents `from` … `to` − 1 of a batch and their rows; worked on in one go. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  readonly firstRow: number;
  /** Number of rows. */
  readonly T: number;
}

/**
 * Documents whose gradients are summed by themselves. Which they are depends on program and batch alone, so that the
 * order of every sum does, however many workers there are.
 */
export type Shard = readonly Chunk[];

/** Most positions in one chunk. */
export function chunkRows({ config, capacity }: Program): number {
  return Math.min(capacity, ROWS - 1 + config.block_size);
}

/** Most shards that a batch of the program is cut into. */
export function mostShards({ config, capacity }: Program): number {
  return Math.max(1, Math.min(MOST_SHARDS, config.batch_size, Math.floor(capacity / ROWS)));
}

/** Cuts a batch into shards of about as many documents, and those into chunks. */
export function cutBatch(program: Program, batch: Batch): Shard[] {
  if (batch.B === 1) return [[{ from: 0, to: 1, firstRow: 0, T: batch.T }]];
  const rows = firstRows(batch);
  const count = Math.min(mostShards(program), batch.B);
  const end = (shard: number) => Math.floor((shard * batch.B) / count);
  return Array.from({ length: count }, (_, s) => cutShard(rows, end(s), end(s + 1)));
}

function cutShard(rows: readonly number[], from: number, to: number): Shard {
  const chunks: Chunk[] = [];
  for (let first = from, d = from + 1; d <= to; d++) {
    if (d < to && rows[d] - rows[first] < ROWS) continue;
    chunks.push({ from: first, to: d, firstRow: rows[first], T: rows[d] - rows[first] });
    first = d;
  }
  return chunks;
}

/** The row at which each document begins, and the number of rows. */
function firstRows({ T, starts, lengths }: Batch): number[] {
  const rows: number[] = [];
  for (let row = 0; row < T; row += lengths[row]) rows.push(starts[row]);
  return [...rows, T];
}
