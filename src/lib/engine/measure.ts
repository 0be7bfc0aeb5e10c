import type { Dims, Shape } from './ops/operation';
import type { Program } from './program';

/** Sizes of a program's tensors and loops when a step has T positions. */
export interface Measures {
  /** By the names of parameters and activations. */
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Loop bounds of each node, in the program's order. */
  readonly dims: readonly Dims[];
}

/** Works a program's sizes out for T positions. */
export function measure(program: Program, T: number): Measures {
  const shapes = new Map<string, Shape>();
  for (const { name, shape } of program.parameters) shapes.set(name, shape);
  const dims = program.nodes.map(({ name, operation, inputs, indices, attributes }) => {
    const slots: Record<string, Shape> = {};
    for (const [slot, input] of Object.entries(inputs)) slots[slot] = shapes.get(input)!;
    for (const slot of Object.keys(indices)) slots[slot] = [T];
    const measured = operation.shape(slots, attributes);
    shapes.set(name, measured.y);
    return measured.dims;
  });
  return { shapes, dims };
}

/** How many numbers a shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}
