import { makeCase, runOnCpu, type OperationCase } from '$lib/engine/operationCase';
import type { Dims, Operation, Sample } from '$lib/engine/ops/operation';
import type { Random } from '$lib/engine/random';

/** An operation's inputs; of y only its length matters. */
export interface OperationInputs {
  readonly reals: Readonly<Record<string, Float64Array>>;
  readonly indices: Readonly<Record<string, Int32Array>>;
  readonly dims: Dims;
}

/** y of given inputs. */
export function forward(op: Operation, { reals, indices, dims }: OperationInputs): Float64Array {
  const y = new Float64Array(reals.y.length);
  op.forward({ ...reals, ...indices, y }, dims);
  return y;
}

/** A sample with random numbers in it, y computed, and gradients that begin at 0. */
export function drawCase(op: Operation, sample: Sample, random: Random): OperationCase {
  const drawn = makeCase(op, sample, random);
  const zeros = op.inputs.map(
    (input) => [`d${input}`, new Float64Array(drawn.reals[input].length)] as const
  );
  const y = forward(op, drawn);
  return { ...drawn, reals: { ...drawn.reals, ...Object.fromEntries(zeros), y } };
}

/** Gradients by input. */
export function backward(drawn: OperationCase): Record<string, Float64Array> {
  const result = runOnCpu(drawn);
  return Object.fromEntries(drawn.operation.inputs.map((input) => [input, result[`d${input}`]]));
}

export function uniform(size: number, low: number, high: number, random: Random): Float64Array {
  return Float64Array.from({ length: size }, () => low + (high - low) * random.random());
}
