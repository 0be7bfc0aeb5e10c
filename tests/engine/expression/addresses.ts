/** Which numbers of a step to open. */
import type { TracedStep } from '$lib/engine/expression/tracedStep';
import { sizeOf } from '$lib/engine/measure';
import type { Address, Aspect } from '$lib/engine/ops/expression';
import type { Shape } from '$lib/engine/ops/operation';

/** Addresses of one tensor, at most `most`, evenly spread, the first among them. */
export function addressesOf(
  { trace }: TracedStep,
  tensor: string,
  aspect: Aspect,
  most: number
): Address[] {
  const shape = trace.shapes.get(tensor)!;
  const size = sizeOf(shape);
  const stride = Math.ceil(size / most);
  return Array.from({ length: Math.ceil(size / stride) }, (_, k) => ({
    tensor,
    aspect,
    index: unflatten(k * stride, shape)
  }));
}

/** The multi-index of a place in a row-major array. */
export function unflatten(at: number, shape: Shape): number[] {
  let rest = at;
  return [...shape]
    .reverse()
    .map((size) => {
      const index = rest % size;
      rest = Math.floor(rest / size);
      return index;
    })
    .reverse();
}
