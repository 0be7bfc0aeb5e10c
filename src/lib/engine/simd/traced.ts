import { batchArrays, type Batch } from '../batch';
import type { NodeRecord, NodeTime, Trace, TraceOptions } from '../engine';
import { ShapeError } from '../errors';
import { measure, sizeOf, type Measures } from '../measure';
import { timeEachNode, type NodeWork } from '../nodeTimes';
import type { IndexName, OperationNode, Program } from '../program';
import { MEAN_LOSS, namesWithGradient, placeSeed, type PlacedSeed } from '../seed';
import { Arena } from './memory';
import type { Kernels } from './module';
import { runOperation } from './operationKernels';

/** Milliseconds over which an operation is timed: 10 ticks of a coarse clock. */
const ENOUGH = 1;

/** Addresses of tensors by the names of the program. */
type Places = ReadonlyMap<string, number>;

/**
 * A program operation by operation, with every value and every gradient in a place of its own: no fusion, nothing
 * reused, so that each number can be read and told apart.
 */
export class TracedProgram {
  readonly #kernels: Kernels;
  readonly #program: Program;
  readonly #arena: Arena;
  readonly #values: Places;
  readonly #gradients: Places;
  readonly #indices: ReadonlyMap<IndexName, number>;

  /** @param kernels an instance of its own */
  constructor(kernels: Kernels, program: Program) {
    this.#kernels = kernels;
    this.#program = program;
    this.#arena = new Arena(kernels);
    const shapes = [...measure(program, program.capacity).shapes];
    const take = () =>
      new Map(shapes.map(([name, shape]) => [name, this.#arena.take(sizeOf(shape))]));
    this.#values = take();
    this.#gradients = take();
    this.#indices = new Map(batchArrays.map((name) => [name, this.#arena.take(program.capacity)]));
    this.#arena.settle();
  }

  /**
   * One forward and backward pass over a batch.
   * @param weights laid out by `program.parameters`
   * Throws ShapeError for a batch beyond the program's capacity or a seed beyond the batch.
   */
  run(weights: Float64Array, batch: Batch, options: TraceOptions = {}): Trace {
    const { capacity } = this.#program;
    if (batch.T > capacity) {
      throw new ShapeError(`trace: needs at most ${capacity} positions, got ${batch.T}`);
    }
    const { seed = MEAN_LOSS, record = false } = options;
    const placed = placeSeed(this.#program, batch.T, seed);
    const measures = measure(this.#program, batch.T);
    this.#place(weights, batch);
    this.#forward(measures);
    const nodes = this.#backward(measures, placed, record);
    const trace = this.#copy(measures, placed);
    return record ? { ...trace, recording: { seed, nodes } } : trace;
  }

  /** How long each node's kernels take over the batch traced last. */
  time(batch: Batch, now: () => number): Promise<NodeTime[]> {
    const { dims } = measure(this.#program, batch.T);
    const work: NodeWork = (n, pass, repeats) => {
      const node = this.#program.nodes[n];
      const address = (slot: string) => this.#address(node, slot);
      for (let i = 0; i < repeats; i++) {
        runOperation(this.#kernels, node.operation, pass, dims[n], address);
      }
    };
    return timeEachNode(this.#program, work, now, ENOUGH);
  }

  #place(weights: Float64Array, batch: Batch): void {
    for (const { name, offset, size } of this.#program.parameters) {
      this.#view(this.#values, name, size).set(weights.subarray(offset, offset + size));
    }
    for (const [name, at] of this.#indices) this.#arena.integers(at, batch.T).set(batch[name]);
  }

  #forward({ dims }: Measures): void {
    this.#program.nodes.forEach((node, n) => {
      const address = (slot: string) => this.#address(node, slot);
      runOperation(this.#kernels, node.operation, 'forward', dims[n], address);
    });
  }

  #backward({ shapes, dims }: Measures, seed: PlacedSeed, record: boolean): NodeRecord[] {
    for (const [name, shape] of shapes) this.#view(this.#gradients, name, sizeOf(shape)).fill(0);
    this.#view(this.#gradients, seed.tensor, seed.index + 1)[seed.index] = 1;
    const recorded: NodeRecord[] = [];
    for (let n = seed.node; n >= 0; n--) {
      const node = this.#program.nodes[n];
      const address = (slot: string) => this.#address(node, slot);
      runOperation(this.#kernels, node.operation, 'backward', dims[n], address);
      if (!record) continue;
      const inputs = Object.values(node.inputs);
      recorded.push({ node: node.name, gradients: this.#take(this.#gradients, inputs, shapes) });
    }
    return recorded;
  }

  #copy({ shapes }: Measures, seed: PlacedSeed): Trace {
    const withGradient = namesWithGradient(this.#program, seed);
    return {
      shapes,
      values: this.#take(this.#values, [...shapes.keys()], shapes),
      gradients: this.#take(this.#gradients, withGradient, shapes)
    };
  }

  #take(
    places: Places,
    names: readonly string[],
    shapes: Measures['shapes']
  ): Map<string, Float64Array> {
    const copy = (name: string) =>
      new Float64Array(this.#view(places, name, sizeOf(shapes.get(name)!)));
    return new Map(names.map((name) => [name, copy(name)]));
  }

  #view(places: Places, name: string, size: number): Float32Array {
    return this.#arena.floats(places.get(name)!, size);
  }

  /** The tensor behind a name that a node's loops use: y, dy, an input, its gradient, or an index input. */
  #address({ name, inputs, indices }: OperationNode, slot: string): number {
    if (slot === 'y') return this.#values.get(name)!;
    if (slot === 'dy') return this.#gradients.get(name)!;
    if (slot in inputs) return this.#values.get(inputs[slot])!;
    if (slot in indices) return this.#indices.get(indices[slot])!;
    return this.#gradients.get(inputs[slot.slice(1)])!;
  }
}
