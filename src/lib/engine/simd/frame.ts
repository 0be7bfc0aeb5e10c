import type { Frame, TrainStep } from '../engine';
import type { Program } from '../program';
import type { ActivationLayout, Rows } from './activationLayout';
import type { Arena } from './memory';

/** Reads the forward pass of a step's first document, right after the chunk that holds it was worked on. */
export function readFrame(
  { config }: Program,
  { losses, probs, layers, headBytes }: ActivationLayout,
  arena: Arena,
  { step, batch }: TrainStep
): Frame {
  const { vocab_size: V, n_head: H, block_size: S } = config;
  const T = batch.lengths[0];
  const row = ({ at, row }: Rows, t: number, size: number) => arena.floats(at + t * row, size);
  const allProbs = new Float64Array(T * V);
  for (let t = 0; t < T; t++) allProbs.set(row(probs, t, V), t * V);
  const attention = layers.map(({ attn_weights: { at, row: bytes } }) => {
    const weights = new Float64Array(T * H * S);
    for (let h = 0; h < H; h++) {
      const head = { at: at + h * headBytes, row: bytes };
      for (let t = 0; t < T; t++) weights.set(row(head, t, t + 1), (t * H + h) * S);
    }
    return weights;
  });
  return {
    step,
    T,
    tokens: batch.tokens.slice(0, T),
    targets: batch.targets.slice(0, T),
    losses: Float64Array.from(arena.floats(losses, T)),
    probs: allProbs,
    attention
  };
}
