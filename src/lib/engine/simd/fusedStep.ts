import type { Batch } from '../batch';
import type { Program } from '../program';
import { layOutActivations, type ActivationLayout } from './activationLayout';
import type { Arena } from './memory';
import type { Kernels } from './module';
import { INSTRUCTION, planStep, type Part, type WeightAddresses } from './plan';
import { chunkRows, type Chunk, type Shard } from './shards';
import type { WeightLayout } from './weightLayout';

/** Called when a chunk was worked on, and when a part of a chunk was; then parts are run one by one. */
export interface StepWatch {
  readonly afterChunk?: (chunk: Chunk) => void;
  readonly afterPart?: (part: Part) => void;
}

/** Where the instructions begin that come once a step, once a shard and with each part; addresses. */
interface Begins {
  readonly weights: number;
  readonly clear: number;
  readonly parts: readonly number[];
  readonly end: number;
}

/** The forward and backward pass of a program over one instance's memory, shard by shard. */
export class FusedStep {
  readonly layout: WeightLayout;
  readonly tensors: ActivationLayout;
  /** Laid out by `layout`. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** Of the last shard, summed over its positions. */
  readonly gradients: Float32Array<ArrayBuffer>;
  readonly addresses: WeightAddresses;
  readonly #kernels: Kernels;
  readonly #parts: readonly Part[];
  readonly #begins: Begins;
  readonly #tokens: Int32Array;
  readonly #positions: Int32Array;
  readonly #targets: Int32Array;
  readonly #documents: Int32Array;

  /** Takes what it needs of the arena and settles it. */
  constructor(kernels: Kernels, program: Program, layout: WeightLayout, arena: Arena) {
    this.#kernels = kernels;
    this.layout = layout;
    const { size } = layout;
    const weights = arena.take(size);
    const gradients = arena.take(size);
    const addresses = { weights, gradients, transposed: arena.take(size) };
    const T = chunkRows(program);
    this.tensors = layOutActivations(program, this.layout, arena, T);
    const plan = planStep(program, this.layout, this.tensors, addresses);
    this.#parts = plan.parts;
    const tape = [plan.weights, plan.clear, ...plan.parts.map(({ instructions }) => instructions)];
    const words = (tape.flat().length * INSTRUCTION) / 4;
    const at = arena.take(words);
    arena.settle();
    tape.flat().forEach((instruction, i) => {
      arena.integers(at, words).set(instruction, (i * INSTRUCTION) / 4);
    });
    const [once, each, ...parts] = beginnings(at, tape);
    this.#begins = { weights: once, clear: each, parts, end: parts.pop()! };
    this.#layAttention();
    this.addresses = addresses;
    this.weights = arena.floats(weights, size);
    this.gradients = arena.floats(gradients, size);
    const { tokens, positions, targets, documents } = this.tensors;
    this.#tokens = arena.integers(tokens, T);
    this.#positions = arena.integers(positions, T);
    this.#targets = arena.integers(targets, T);
    this.#documents = arena.integers(documents, 1 + 2 * T);
  }

  /**
   * Sums the gradients of a shard's documents and returns the sum of their losses.
   * @param isFirst whether the weights are new since the last call
   */
  run(batch: Batch, shard: Shard, isFirst: boolean, watch: StepWatch = {}): number {
    let losses = 0;
    let from = isFirst ? this.#begins.weights : this.#begins.clear;
    for (const chunk of shard) {
      this.#place(batch, chunk);
      this.#run(from, chunk.T, 1 / batch.T, watch);
      from = this.#begins.parts[0];
      losses += this.#kernels.total(chunk.T, this.tensors.losses);
      watch.afterChunk?.(chunk);
    }
    return losses;
  }

  #run(from: number, T: number, share: number, { afterPart }: StepWatch): void {
    const { parts, end } = this.#begins;
    if (!afterPart) return this.#kernels.run(from, end, T, share);
    this.#kernels.run(from, parts[0], T, share);
    this.#parts.forEach((part, i) => {
      this.#kernels.run(parts[i], parts[i + 1] ?? end, T, share);
      afterPart(part);
    });
  }

  #place({ tokens, positions, targets, lengths }: Batch, { from, to, firstRow, T }: Chunk): void {
    for (let t = 0; t < T; t++) {
      this.#tokens[t] = tokens[firstRow + t];
      this.#positions[t] = positions[firstRow + t];
      this.#targets[t] = targets[firstRow + t];
    }
    this.#documents[0] = to - from;
    for (let d = 0, row = 0; d < to - from; d++) {
      this.#documents[1 + 2 * d] = row;
      this.#documents[2 + 2 * d] = lengths[firstRow + row];
      row += lengths[firstRow + row];
    }
  }

  #layAttention(): void {
    const { head, heads } = this.layout;
    const { layers, dscores, headBytes, packed } = this.tensors;
    const [{ qkv, mix }] = layers;
    const rows = [qkv.row, mix.row, dscores.row] as const;
    this.#kernels.layAttention(4 * head, ...rows, headBytes, 4 * heads, packed);
  }
}

/** The address at which each list of instructions begins, and that at which the last ends. */
function beginnings(at: number, lists: readonly (readonly unknown[])[]): number[] {
  const begins = [at];
  for (const list of lists) begins.push((at += list.length * INSTRUCTION));
  return begins;
}
