import type { Batch } from '../batch';
import { batchArrays } from '../batch';
import type { NodeTime, Trace, TraceOptions } from '../engine';
import { ShapeError } from '../errors';
import { measure, sizeOf, type Measures } from '../measure';
import { timeEachNode, type NodeWork } from '../nodeTimes';
import type { Dims } from '../ops/operation';
import type { IndexName, OperationNode, Program } from '../program';
import { MEAN_LOSS, namesWithGradient, placeSeed, type PlacedSeed, type Seed } from '../seed';
import type { Device } from './device';
import { bufferUsage } from './flags';
import { GradientRecord } from './gradientRecord';
import { bindKernel, compileKernel, dispatchKernel, type CompiledKernel } from './kernel';
import { dimNames, kernelsOf } from './kernelSource';

/** Bytes between the loop bounds of two nodes: WebGPU's own alignment of uniform bindings. */
const DIMS_STRIDE = 256;

/** Milliseconds over which an operation is timed: several times what a submit and its wait take. */
const ENOUGH = 5;

const TENSOR = bufferUsage.STORAGE | bufferUsage.COPY_SRC | bufferUsage.COPY_DST;

/** A node's kernels in `kernelsOf` order: forward, then one for each input. */
type NodeKernels = readonly {
  readonly compiled: CompiledKernel;
  readonly bindGroup: GPUBindGroup;
}[];

/** A step to trace: its sizes and where its backward pass begins. */
interface TracedStep extends Measures {
  readonly batch: Batch;
  readonly placed: PlacedSeed;
}

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
  /** A single 1: the seed's gradient. */
  readonly #one: GPUBuffer;
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
    this.#one = device.buffer('one', 4, TENSOR);
    device.device.queue.writeBuffer(this.#one, 0, new Float32Array([1]));
  }

  /**
   * One forward and backward pass over a batch.
   * @param weights f32, laid out by `program.parameters`; must allow being copied from
   * Throws ShapeError for a batch beyond the program's capacity or a seed beyond the batch, and DeviceError.
   */
  async run(weights: GPUBuffer, batch: Batch, options: TraceOptions = {}): Promise<Trace> {
    const { capacity } = this.#program;
    if (batch.T > capacity) {
      throw new ShapeError(`trace: needs at most ${capacity} positions, got ${batch.T}`);
    }
    const { seed = MEAN_LOSS, record = false } = options;
    const placed = placeSeed(this.#program, batch.T, seed);
    const step = { ...measure(this.#program, batch.T), batch, placed };
    const recorded = record ? await this.#newRecord(step) : undefined;
    try {
      await this.#device.checked('a traced step', () => this.#submit(weights, step, recorded));
      return await this.#read(step, seed, recorded);
    } finally {
      if (recorded) this.#device.free(recorded.range.buffer);
    }
  }

  /** How long each node's kernels take over the batch traced last, many dispatches to a submit. */
  time(batch: Batch, now: () => number): Promise<NodeTime[]> {
    const { dims } = measure(this.#program, batch.T);
    const work: NodeWork = (n, pass, repeats) => {
      const [forward, ...backward] = this.#kernels[n];
      return this.#repeat(pass === 'forward' ? [forward] : backward, dims[n], repeats);
    };
    return timeEachNode(this.#program, work, now, ENOUGH);
  }

  /** Frees every buffer. */
  dispose(): void {
    for (const buffers of [this.#values, this.#gradients, this.#indices]) {
      for (const buffer of buffers.values()) this.#device.free(buffer);
    }
    for (const buffer of [this.#dims, this.#one]) this.#device.free(buffer);
  }

  async #repeat(kernels: NodeKernels, dims: Dims, repeats: number): Promise<void> {
    const { queue } = this.#device.device;
    await this.#device.checked('an operation again', () => {
      const encoder = this.#device.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      for (let i = 0; i < repeats; i++) {
        for (const { compiled, bindGroup } of kernels) {
          dispatchKernel(pass, compiled, bindGroup, dims, this.#device);
        }
      }
      pass.end();
      queue.submit([encoder.finish()]);
    });
    await this.#device.race(queue.onSubmittedWorkDone());
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

  #newRecord({ shapes, placed }: TracedStep): Promise<GradientRecord> {
    return this.#device.checked(
      'a record of the gradients',
      () => new GradientRecord(this.#device, this.#program, shapes, this.#gradients, placed.node)
    );
  }

  #submit(weights: GPUBuffer, step: TracedStep, recorded?: GradientRecord): void {
    const { queue } = this.#device.device;
    for (const name of batchArrays) {
      queue.writeBuffer(this.#indices.get(name)!, 0, step.batch[name].slice());
    }
    queue.writeBuffer(this.#dims, 0, layOut(step.dims));
    const encoder = this.#device.device.createCommandEncoder();
    for (const { name, offset, size } of this.#program.parameters) {
      encoder.copyBufferToBuffer(weights, 4 * offset, this.#values.get(name)!, 0, 4 * size);
    }
    for (const gradient of this.#gradients.values()) encoder.clearBuffer(gradient);
    const { tensor, index } = step.placed;
    encoder.copyBufferToBuffer(this.#one, 0, this.#gradients.get(tensor)!, 4 * index, 4);
    this.#encode(encoder, step, recorded);
    queue.submit([encoder.finish()]);
  }

  /** Forward in the program's order, backward from the seed's node; what is to be recorded is copied between passes. */
  #encode(encoder: GPUCommandEncoder, step: TracedStep, recorded?: GradientRecord): void {
    let pass = encoder.beginComputePass();
    const dispatch = (n: number, { compiled, bindGroup }: NodeKernels[number]) =>
      dispatchKernel(pass, compiled, bindGroup, step.dims[n], this.#device);
    this.#kernels.forEach(([forward], n) => dispatch(n, forward));
    const last = step.placed.node;
    for (let n = last; n >= 0; n--) {
      const [, ...backward] = this.#kernels[n];
      for (const kernel of backward) dispatch(n, kernel);
      if (!recorded) continue;
      pass.end();
      recorded.encode(encoder, last - n);
      pass = encoder.beginComputePass();
    }
    pass.end();
  }

  /** Copies values, gradients and what was recorded from the device with one wait. */
  async #read({ shapes, placed }: TracedStep, seed: Seed, recorded?: GradientRecord) {
    const names = [...shapes.keys()];
    const withGradient = namesWithGradient(this.#program, placed);
    const size = (name: string) => sizeOf(shapes.get(name)!);
    const ranges = (of: ReadonlyMap<string, GPUBuffer>, names: readonly string[]) =>
      names.map((name) => ({ buffer: of.get(name)!, size: 4 * size(name) }));
    const bytes = await this.#device.readAll([
      ...ranges(this.#values, names),
      ...ranges(this.#gradients, withGradient),
      ...(recorded ? [recorded.range] : [])
    ]);
    const take = taker(new Float32Array(bytes));
    const tensors = (names: readonly string[]) =>
      new Map(names.map((name) => [name, take(size(name))]));
    const trace: Trace = { shapes, values: tensors(names), gradients: tensors(withGradient) };
    return recorded ? { ...trace, recording: { seed, nodes: recorded.read(take) } } : trace;
  }
}

/** Gives the next so many numbers, from the first to the last. */
function taker(numbers: Float32Array): (size: number) => Float64Array {
  let end = 0;
  return (size) => new Float64Array(numbers.subarray(end, (end += size)));
}

/** Loop bounds of all nodes as the uniform buffer holds them. */
function layOut(dims: readonly Dims[]): Uint32Array<ArrayBuffer> {
  const flat = new Uint32Array((dims.length * DIMS_STRIDE) / 4);
  dims.forEach((bounds, n) => flat.set(Object.values(bounds), (n * DIMS_STRIDE) / 4));
  return flat;
}
