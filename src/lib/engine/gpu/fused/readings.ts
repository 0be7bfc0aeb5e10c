import type { Frame, StepMetrics, TrainStep } from '../../engine';
import { parameterGroups, type ParameterGroup } from '../../program';
import type { BufferRange } from '../device';
import { SUMS_BYTES, type FusedBuffers } from './fusedBuffers';
import type { Layout } from './layout';
import type { FedStep } from './stepFeed';
import { LANES, SUMS } from './sums';

/** Where the sums of so many steps lie. */
export function metricsRange(buffers: FusedBuffers, steps: number): BufferRange {
  return { buffer: buffers.get('sums'), size: steps * SUMS_BYTES };
}

/** Metrics of every step from the sums (steps, SUMS, LANES, 2), which sums.ts explains. */
export function readMetrics(steps: readonly TrainStep[], sums: Float32Array): StepMetrics[] {
  return steps.map(({ step, batch }, i) => {
    const total = (which: number, part: 0 | 1) => {
      const first = 2 * LANES * (i * SUMS + which) + part;
      let sum = 0;
      for (let lane = 0; lane < LANES; lane++) sum += sums[first + 2 * lane];
      return sum;
    };
    const norms = (part: 0 | 1) =>
      Object.fromEntries(
        parameterGroups.map((group, which) => [group, Math.sqrt(total(which, part))])
      ) as Record<ParameterGroup, number>;
    const loss = total(parameterGroups.length, 0) / batch.T;
    return { step, loss, gradientNorms: norms(0), updateNorms: norms(1) };
  });
}

/** Where the forward pass of the last step's first document lies: losses, probabilities, attention weights by layer. */
export function frameRanges(
  buffers: FusedBuffers,
  { program, widths, activations }: Layout,
  { batch }: TrainStep,
  fed: FedStep
): BufferRange[] {
  const T = batch.lengths[0];
  const rows = (offset: number, width: number) => ({
    buffer: buffers.get('act'),
    offset: 16 * offset,
    size: 16 * T * width
  });
  const square = program.config.n_head * widths.block;
  return [
    { buffer: buffers.get('readings'), offset: 8 * fed.readings, size: 8 * T },
    rows(activations.probs, widths.vocab),
    ...activations.layers.map(({ attn_weights }) => rows(attn_weights, square))
  ];
}

/** @param ranges what `frameRanges` found, in its order */
export function readFrame(
  { program, widths }: Layout,
  { step, batch }: TrainStep,
  [losses, probs, ...attention]: readonly Float32Array[]
): Frame {
  const T = batch.lengths[0];
  const { vocab_size: V, block_size: S } = program.config;
  return {
    step,
    T,
    tokens: batch.tokens.slice(0, T),
    targets: batch.targets.slice(0, T),
    losses: Float64Array.from({ length: T }, (_, t) => losses[2 * t]),
    probs: withoutPadding(probs, 4 * widths.vocab, V),
    // Weights of later positions are still 0: in row t of a batch no position is beyond t.
    attention: attention.map((weights) => withoutPadding(weights, 4 * widths.block, S))
  };
}

/** The first `columns` of each row of `stride` numbers. */
function withoutPadding(padded: Float32Array, stride: number, columns: number): Float64Array {
  const rows = padded.length / stride;
  const values = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    values.set(padded.subarray(row * stride, row * stride + columns), row * columns);
  }
  return values;
}
