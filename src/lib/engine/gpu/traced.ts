import type { Batch } from '../batch';
import { batchArrays } from '../batch';
import type { Trace } from '../engine';
import { ShapeError } from '../errors';
import { measure, sizeOf } from '../measure';
import type { Dims } from '../ops/operation';
import type { IndexName, OperationNode, Program } from '../program';
import type { Device } from './device';
import { bufferUsage } from './flags';
import { bindKernel, compileKernel, dispatchKernel, type CompiledKernel } from './kernel';
import { dimNames, kernelsOf } from './kernelSource';

/** Bytes between the loop bounds of two nodes: WebGPU's own alignment of uniform bindings. */
const DIMS_STRIDE = 256;

const TENSOR = bufferUsage.STORAGE | bufferUsage.COPY_SRC | bufferUsage.COPY_DST;

/** A node's kernels in `kernelsOf` order: forward, then one for each input. */
type NodeKernels = readonly {
  readonly compiled: CompiledKernel;
  readonly bindGroup: GPUBindGroup;
}[];

/**
 * A program as one dispatch per kernel, with every value and every gradient in a buffer of its own: no fusion,
 * nothing reused, so that each number can be read and told apart.
 */
export class TracedProgram {
  readonly #device: Device;
  readonly #program: Program;
  readonly #values = new Map<string, GPUBuffer>();
  readonly #gradients = new Map<string, GPUBuffer>();
  readonly #indices = new Map<IndexName, GPUBuffer>();
  readonly #dims: GPUBuffer;
  #kernels: readonly NodeKernels[] = [];

  /** Allocates for the program's capacity and compiles. Throws DeviceError. */
  static async create(device: Device, program: Program): Promise<TracedProgram> {
    const traced = await device.checked(
      'the traced program',
      () => new TracedProgram(device, program)
    );
    await traced.#compile();
    return traced;
  }

  private constructor(device: Device, program: Program) {
    this.#device = device;
    this.#program = program;
    const { capacity } = program;
    for (const [name, shape] of measure(program, capacity).shapes) {
      this.#values.set(name, device.buffer(name, 4 * sizeOf(shape), TENSOR));
      this.#gradients.set(name, device.buffer(`d${name}`, 4 * sizeOf(shape), TENSOR));
    }
    for (const name of batchArrays) {
      this.#indices.set(name, device.buffer(name, 4 * capacity, TENSOR));
    }
    const { UNIFORM, COPY_DST } = bufferUsage;
    this.#dims = device.buffer('dims', DIMS_STRIDE * program.nodes.length, UNIFORM | COPY_DST);
    device.device.queue.writeBuffer(this.#gradients.get('loss')!, 0, new Float32Array([1]));
  }

  /**
   * One forward and backward pass over a batch.
   * @param weights f32, laid out by `program.parameters`; must allow being copied from
   * Throws ShapeError for a batch beyond the program's capacity and DeviceError.
   */
  async run(weights: GPUBuffer, batch: Batch): Promise<Trace> {
    const { capacity } = this.#program;
    if (batch.T > capacity) {
      throw new ShapeError(`trace: needs at most ${capacity} positions, got ${batch.T}`);
    }
    const { shapes, dims } = measure(this.#program, batch.T);
    await this.#device.checked('a traced step', () => this.#submit(weights, batch, dims));
    const ranges = [this.#values, this.#gradients].flatMap((buffers) =>
      [...shapes].map(([name, shape]) => ({ buffer: buffers.get(name)!, size: 4 * sizeOf(shape) }))
    );
    const numbers = new Float32Array(await this.#device.readAll(ranges));
    let end = 0;
    const take = () =>
      new Map(
        [...shapes].map(([name, shape]) => [
          name,
          Float64Array.from(numbers.subarray(end, (end += sizeOf(shape))))
        ])
      );
    return { shapes, values: take(), gradients: take() };
  }

  /** Frees every buffer. */
  dispose(): void {
    for (const buffers of [this.#values, this.#gradients, this.#indices]) {
      for (const buffer of buffers.values()) this.#device.free(buffer);
    }
    this.#device.free(this.#dims);
  }

  async #compile(): Promise<void> {
    const { nodes } = this.#program;
    const compiled = await Promise.all(
      nodes.map(({ operation }) =>
        Promise.all(kernelsOf(operation).map((k) => compileKernel(this.#device, operation, k)))
      )
    );
    this.#kernels = await this.#device.checked('the bindings of the traced program', () =>
      nodes.map((node, n) => compiled[n].map((kernel) => this.#bind(node, n, kernel)))
    );
  }

  #bind(node: OperationNode, n: number, compiled: CompiledKernel): NodeKernels[number] {
    const size = 4 * dimNames(node.operation).length;
    const dims = { buffer: this.#dims, offset: n * DIMS_STRIDE, size };
    const tensor = (slot: string) => this.#tensor(node, slot);
    return { compiled, bindGroup: bindKernel(this.#device, compiled, dims, tensor) };
  }

  /** The buffer behind a name that a node's kernels use: y, dy, an input, its gradient, or an index input. */
  #tensor({ name, inputs, indices }: OperationNode, slot: string): GPUBuffer {
    if (slot === 'y') return this.#values.get(name)!;
    if (slot === 'dy') return this.#gradients.get(name)!;
    if (slot in inputs) return this.#values.get(inputs[slot])!;
    if (slot in indices) return this.#indices.get(indices[slot])!;
    return this.#gradients.get(inputs[slot.slice(1)])!;
  }

  #submit(weights: GPUBuffer, batch: Batch, dims: readonly Dims[]): void {
    const { queue } = this.#device.device;
    for (const name of batchArrays) {
      queue.writeBuffer(this.#indices.get(name)!, 0, batch[name].slice());
    }
    queue.writeBuffer(this.#dims, 0, layOut(dims));
    const encoder = this.#device.device.createCommandEncoder();
    for (const { name, offset, size } of this.#program.parameters) {
      encoder.copyBufferToBuffer(weights, 4 * offset, this.#values.get(name)!, 0, 4 * size);
    }
    for (const [name, gradient] of this.#gradients) {
      if (name !== 'loss') encoder.clearBuffer(gradient); // dloss stays 1.
    }
    const pass = encoder.beginComputePass();
    this.#record(pass, dims);
    pass.end();
    queue.submit([encoder.finish()]);
  }

  /** Forward in the program's order, backward from its end. */
  #record(pass: GPUComputePassEncoder, dims: readonly Dims[]): void {
    const dispatch = (n: number, { compiled, bindGroup }: NodeKernels[number]) =>
      dispatchKernel(pass, compiled, bindGroup, dims[n], this.#device);
    this.#kernels.forEach(([forward], n) => dispatch(n, forward));
    for (let n = this.#kernels.length - 1; n >= 0; n--) {
      const [, ...backward] = this.#kernels[n];
      for (const kernel of backward) dispatch(n, kernel);
    }
  }
}

/** Loop bounds of all nodes as the uniform buffer holds them. */
function layOut(dims: readonly Dims[]): Uint32Array<ArrayBuffer> {
  const flat = new Uint32Array((dims.length * DIMS_STRIDE) / 4);
  dims.forEach((bounds, n) => flat.set(Object.values(bounds), (n * DIMS_STRIDE) / 4));
  return flat;
}
