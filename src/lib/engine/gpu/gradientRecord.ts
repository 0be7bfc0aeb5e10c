import type { NodeRecord } from '../engine';
import { sizeOf } from '../measure';
import type { Shape } from '../ops/operation';
import type { Program } from '../program';
import type { BufferRange, Device } from './device';
import { bufferUsage } from './flags';

/** Copies of the gradients of every node's inputs, taken while a traced backward pass runs, laid end to end. */
export class GradientRecord {
  readonly range: Required<BufferRange>;
  /** Numbers of each copy by input, in the order of the backward pass. */
  readonly #sizes: readonly (readonly [node: string, ReadonlyMap<string, number>])[];
  readonly #gradients: ReadonlyMap<string, GPUBuffer>;
  #end = 0;

  /**
   * Call it within `checked`.
   * @param last index of the node that the backward pass begins at
   */
  constructor(
    device: Device,
    program: Program,
    shapes: ReadonlyMap<string, Shape>,
    gradients: ReadonlyMap<string, GPUBuffer>,
    last: number
  ) {
    const sizes = (inputs: Readonly<Record<string, string>>) =>
      new Map(Object.values(inputs).map((input) => [input, sizeOf(shapes.get(input)!)]));
    const nodes = program.nodes.slice(0, last + 1).reverse();
    this.#sizes = nodes.map(({ name, inputs }) => [name, sizes(inputs)]);
    this.#gradients = gradients;
    const size = 4 * this.#sizes.flatMap(([, of]) => [...of.values()]).reduce((a, b) => a + b, 0);
    const { COPY_SRC, COPY_DST } = bufferUsage;
    this.range = { buffer: device.buffer('record', size, COPY_SRC | COPY_DST), offset: 0, size };
  }

  /** Records the copies of the `i`-th node of the backward pass, right after its kernels. */
  encode(encoder: GPUCommandEncoder, i: number): void {
    for (const [input, numbers] of this.#sizes[i][1]) {
      const size = 4 * numbers;
      encoder.copyBufferToBuffer(
        this.#gradients.get(input)!,
        0,
        this.range.buffer,
        this.#end,
        size
      );
      this.#end += size;
    }
  }

  /** @param take the next so many numbers of what was read back */
  read(take: (size: number) => Float64Array): NodeRecord[] {
    return this.#sizes.map(([node, sizes]) => ({
      node,
      gradients: new Map([...sizes].map(([input, size]) => [input, take(size)]))
    }));
  }
}
