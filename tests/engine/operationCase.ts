import type { Dims, Indices, Operation, Reals, Sample } from '$lib/engine/ops/operation';
import type { Random } from '$lib/engine/random';

/** A sample of an operation with numbers in it: inputs, y and gradients by name, as its loops take them. */
export interface OperationCase {
  readonly tensors: Record<string, Reals & Indices>;
  readonly dims: Dims;
}

/** Draws inputs in the sample's ranges and dy in [−1, 1]; computes y; gradients of the inputs are 0. */
export function drawCase(op: Operation, sample: Sample, random: Random): OperationCase {
  const { y, dims } = op.shape(sample.shapes, sample.attributes ?? {});
  const tensors: Record<string, Reals | Indices> = {};
  for (const input of op.inputs) {
    const [low, high] = sample.range?.[input] ?? [-1, 1];
    tensors[input] = uniform(sizeOf(sample.shapes[input]), low, high, random);
    tensors[`d${input}`] = new Float64Array(tensors[input].length);
  }
  for (const index of op.indices) tensors[index] = Int32Array.from(sample.indices![index]);
  tensors.y = new Float64Array(sizeOf(y));
  tensors.dy = uniform(sizeOf(y), -1, 1, random);
  const filled = { tensors: tensors as OperationCase['tensors'], dims };
  op.forward(filled.tensors, dims);
  return filled;
}

/** Runs backward on gradients that begin as `start` and returns them by input. */
export function backwardFrom(
  op: Operation,
  { tensors, dims }: OperationCase,
  start: (input: string) => Float64Array
): Record<string, Float64Array> {
  const gradients = Object.fromEntries(op.inputs.map((input) => [input, start(input)]));
  const named = op.inputs.map((input) => [`d${input}`, gradients[input]]);
  op.backward({ ...tensors, ...Object.fromEntries(named) }, dims);
  return gradients;
}

export function zeros(array: ArrayLike<number>): Float64Array {
  return new Float64Array(array.length);
}

export function uniform(size: number, low: number, high: number, random: Random): Float64Array {
  return Float64Array.from({ length: size }, () => low + (high - low) * random.random());
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}
