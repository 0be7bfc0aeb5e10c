import type { Dims, Operation } from '$lib/engine/ops/operation';
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

export function uniform(size: number, low: number, high: number, random: Random): Float64Array {
  return Float64Array.from({ length: size }, () => low + (high - low) * random.random());
}
