import type { NodeRecord, Recording, Trace } from './engine';
import type { OperationNode, Program } from './program';
import { placeSeed, type PlacedSeed } from './seed';

/** One operation of a backward pass. */
export interface BackwardStop {
  readonly node: OperationNode;
  /** What its rules read of the forward pass: slot, or y → tensor. */
  readonly saved: Readonly<Record<string, string>>;
  /** What it adds to. */
  readonly contributions: readonly Contribution[];
}

/** A node's share in a tensor's gradient: the second of three, if the tensor is read by three nodes. */
export interface Contribution {
  readonly tensor: string;
  /** From 1, in the order of the backward pass. */
  readonly number: number;
  readonly of: number;
}

/** How far a tensor's gradient has come. One that the seed does not come from stays `none`, with 0 of 0 contributions. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly state: 'none' | 'partial' | 'complete';
}

/** A tensor's gradient before and after a stop, and what the stop added. */
export interface Change {
  /** Not there before the first contribution. */
  readonly before?: Float64Array;
  readonly after: Float64Array;
  /** after − before: the first contribution itself, of later ones what the rounding of the sum left. */
  readonly added: Float64Array;
}

/**
 * A recorded backward pass to walk through. A position is the number of operations done: at 0 only the seed has a
 * gradient, at `stops.length` every parameter has all of its. The stop at a position is the operation just done.
 */
export class BackwardPass {
  readonly program: Program;
  readonly seed: PlacedSeed;
  readonly stops: readonly BackwardStop[];
  readonly #trace: Trace;
  readonly #records: readonly NodeRecord[];
  /** By tensor, the indices of the stops that add to it. */
  readonly #adders = new Map<string, number[]>();

  /** Throws RangeError for a trace that was made without `record`. */
  constructor(program: Program, trace: Trace) {
    const { seed, nodes } = requireRecording(trace);
    this.program = program;
    this.seed = placeSeed(program, trace.shapes.get('losses')![0], seed);
    this.#trace = trace;
    this.#records = nodes;
    const done = program.nodes.slice(0, this.seed.node + 1).reverse();
    done.forEach((node, i) => {
      for (const input of inputsOf(node)) this.#addersOf(input).push(i);
    });
    this.stops = done.map((node, i) => this.#stop(node, i));
  }

  /** The operation just done; none at 0. */
  stopAt(position: number): BackwardStop | undefined {
    return this.stops[position - 1];
  }

  progress(position: number, tensor: string): Progress {
    const adders = this.#adders.get(tensor) ?? [];
    const total = adders.length;
    const done = adders.filter((i) => i < position).length;
    if (tensor === this.seed.tensor) return { done, total, state: 'complete' };
    const state = done === 0 ? 'none' : done < total ? 'partial' : 'complete';
    return { done, total, state };
  }

  /** A tensor's gradient as it stands; undefined before its first contribution: not yet computed is not 0. */
  gradient(position: number, tensor: string): Float64Array | undefined {
    if (tensor === this.seed.tensor) return this.#trace.gradients.get(tensor);
    const last = this.#adders.get(tensor)?.findLast((i) => i < position);
    return last === undefined ? undefined : this.#records[last].gradients.get(tensor);
  }

  /** The gradients that the operation just done added to, as they then stood; none at 0. */
  changed(position: number): ReadonlyMap<string, Float64Array> {
    return this.#records[position - 1]?.gradients ?? new Map<string, Float64Array>();
  }

  /** What the operation just done did to each gradient that it added to. */
  changes(position: number): ReadonlyMap<string, Change> {
    return new Map(
      [...this.changed(position)].map(([tensor, after]) => {
        const before = this.gradient(position - 1, tensor);
        const added = before ? after.map((d, i) => d - before[i]) : after;
        return [tensor, { before, after, added }];
      })
    );
  }

  #stop(node: OperationNode, i: number): BackwardStop {
    const contributions = inputsOf(node).map((tensor) => {
      const adders = this.#addersOf(tensor);
      return { tensor, number: adders.indexOf(i) + 1, of: adders.length };
    });
    return { node, saved: savedBy(node), contributions };
  }

  #addersOf(tensor: string): number[] {
    const adders = this.#adders.get(tensor) ?? [];
    this.#adders.set(tensor, adders);
    return adders;
  }
}

/** The tensors that a node reads, each once. */
function inputsOf({ inputs }: OperationNode): string[] {
  return [...new Set(Object.values(inputs))];
}

/** What a node's backward kernels read of the forward pass. */
function savedBy({ name, operation, inputs }: OperationNode): Record<string, string> {
  const reads = new Set(Object.values(operation.wgsl.backward).flatMap(({ reads }) => reads));
  const slots = [...operation.inputs, 'y'].filter((slot) => reads.has(slot));
  return Object.fromEntries(slots.map((slot) => [slot, slot === 'y' ? name : inputs[slot]]));
}

function requireRecording({ recording }: Trace): Recording {
  if (recording) return recording;
  throw new RangeError('backward pass: needs a trace with a recording, got none');
}
