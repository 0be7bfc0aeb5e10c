import type { Batch } from '../batch';
import type { NodeRecord, NodeTime, Trace, TraceOptions } from '../engine';
import { sizeOf } from '../measure';
import { timeEachNode, type NodeWork } from '../nodeTimes';
import type { Reals } from '../ops/operation';
import type { Program } from '../program';
import { MEAN_LOSS, namesWithGradient, placeSeed, type PlacedSeed } from '../seed';
import { runBackward, runForward } from './passes';
import { CpuTensors } from './tensors';

/** Milliseconds over which an operation is timed: 10 ticks of a coarse clock. */
const ENOUGH = 1;

/** Traces steps on arrays of its own, so that those of training keep what training left in them. */
export class TracedLoops {
  readonly #tensors: CpuTensors;

  constructor(program: Program) {
    this.#tensors = new CpuTensors(program);
  }

  /**
   * One forward and backward pass over a batch.
   * @param weights laid out by `program.parameters`
   * Throws ShapeError for a seed that the batch does not have.
   */
  run(weights: Reals, batch: Batch, options: TraceOptions = {}): Trace {
    const tensors = this.#tensors;
    const { seed = MEAN_LOSS, record = false } = options;
    const placed = placeSeed(tensors.program, batch.T, seed);
    tensors.weights.set(weights);
    tensors.place(batch);
    runForward(tensors);
    const nodes: NodeRecord[] = [];
    runBackward(tensors, placed, record ? (n) => nodes.push(this.#record(n)) : undefined);
    const trace = this.#copy(placed);
    return record ? { ...trace, recording: { seed, nodes } } : trace;
  }

  /** How long each node's loops take over the step traced last. */
  time(now: () => number): Promise<NodeTime[]> {
    const { program, nodes } = this.#tensors;
    const work: NodeWork = (n, pass, repeats) => {
      const { node, tensors, dims } = nodes[n];
      for (let i = 0; i < repeats; i++) node.operation[pass](tensors, dims);
    };
    return timeEachNode(program, work, now, ENOUGH);
  }

  #copy(seed: PlacedSeed): Trace {
    const { program, values, valueGradients } = this.#tensors;
    const names = [...values.keys()];
    const take = (from: ReadonlyMap<string, Float64Array>, names: readonly string[]) =>
      new Map(names.map((name) => [name, this.#slice(from, name)]));
    return {
      shapes: new Map(names.map((name) => [name, this.#tensors.shape(name)])),
      values: take(values, names),
      gradients: take(valueGradients, namesWithGradient(program, seed))
    };
  }

  #record(n: number): NodeRecord {
    const { name, inputs } = this.#tensors.program.nodes[n];
    const gradient = (input: string) => this.#slice(this.#tensors.valueGradients, input);
    const names = Object.values(inputs);
    return { node: name, gradients: new Map(names.map((input) => [input, gradient(input)])) };
  }

  #slice(from: ReadonlyMap<string, Float64Array>, name: string): Float64Array {
    return from.get(name)!.slice(0, sizeOf(this.#tensors.shape(name)));
  }
}
