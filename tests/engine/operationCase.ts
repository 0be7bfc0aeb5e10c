import { sizeOf } from '$lib/engine/measure';
import type { Dims, Operation, Sample } from '$lib/engine/ops/operation';
import type { Random } from '$lib/engine/random';

/** Real tensors of an operation by name: inputs, y, and gradients with d before the name. */
export type RealTensors = Readonly<Record<string, Float64Array>>;

/** A sample of an operation with numbers in it. */
export interface OperationCase {
  /** Inputs, y and dy. */
  readonly reals: RealTensors;
  readonly indices: Readonly<Record<string, Int32Array>>;
  readonly dims: Dims;
}

/** Draws inputs in the sample's ranges and dy in [−1, 1], and computes y. */
export function drawCase(op: Operation, sample: Sample, random: Random): OperationCase {
  const { y, dims } = op.shape(sample.shapes, sample.attributes ?? {});
  const reals: Record<string, Float64Array> = {};
  for (const input of op.inputs) {
    const [low, high] = sample.range?.[input] ?? [-1, 1];
    reals[input] = uniform(sizeOf(sample.shapes[input]), low, high, random);
  }
  reals.dy = uniform(sizeOf(y), -1, 1, random);
  const indices = Object.fromEntries(
    op.indices.map((index) => [index, Int32Array.from(sample.indices![index])])
  );
  reals.y = forward(op, { reals: { ...reals, y: zeros(reals.dy) }, indices, dims });
  return { reals, indices, dims };
}

/** y of a case, computed anew. */
export function forward(op: Operation, { reals, indices, dims }: OperationCase): Float64Array {
  const y = zeros(reals.y);
  op.forward({ ...reals, ...indices, y }, dims);
  return y;
}

/** Gradients by input after backward ran on gradients that began as `start`; 0 unless told. */
export function backward(
  op: Operation,
  { reals, indices, dims }: OperationCase,
  start: (input: string) => Float64Array = (input) => zeros(reals[input])
): Record<string, Float64Array> {
  const gradients = Object.fromEntries(op.inputs.map((input) => [input, start(input)]));
  const named = Object.fromEntries(op.inputs.map((input) => [`d${input}`, gradients[input]]));
  op.backward({ ...reals, ...indices, ...named }, dims);
  return gradients;
}

export function zeros(array: ArrayLike<number>): Float64Array {
  return new Float64Array(array.length);
}

export function uniform(size: number, low: number, high: number, random: Random): Float64Array {
  return Float64Array.from({ length: size }, () => low + (high - low) * random.random());
}
