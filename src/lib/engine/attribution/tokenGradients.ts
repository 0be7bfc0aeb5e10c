import { batchArrays, type Batch } from '../batch';
import type { Engine } from '../engine';
import { flatten } from '../flatten';

/** One token's part in the gradient of a step's mean loss. */
export interface TokenGradient {
  /** The token's row of the batch. */
  readonly t: number;
  /** ∂(loss[t] / T)/∂w, laid out by `program.parameters`: over all tokens they sum to the step's gradient. */
  readonly gradient: Float64Array;
}

/**
 * Splits a step's gradient by the tokens whose losses it comes from: one backward pass for each, at the engine's
 * present weights, one after another, so that the caller can show them as they come.
 * @param rows of the batch; all unless told
 */
export async function* tokenGradients(
  engine: Pick<Engine, 'program' | 'trace'>,
  batch: Batch,
  rows: readonly number[] = Array.from({ length: batch.T }, (_, t) => t)
): AsyncGenerator<TokenGradient> {
  for (const t of rows) {
    const past = upTo(batch, t);
    const { gradients } = await engine.trace(past, { seed: { of: 'token', t: past.T - 1 } });
    const gradient = flatten(engine.program, gradients).map((g) => g / batch.T);
    yield { t, gradient };
  }
}

/** Row t's document up to t: attention looks back only, so t's loss depends on nothing else. */
export function upTo(batch: Batch, t: number): Batch {
  const start = batch.starts[t];
  const T = t + 1 - start;
  const [tokens, targets, positions] = batchArrays.map((name) => batch[name].slice(start, t + 1));
  const starts = new Int32Array(T);
  const lengths = new Int32Array(T).fill(T);
  return { T, B: 1, tokens, targets, positions, starts, lengths };
}
