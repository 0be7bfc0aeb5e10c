import { linear } from '../ops/linear';
import type { Tensors } from '../ops/operation';
import { buildProgram, type ModelConfig } from '../program';
import { rowProduct } from './rowProduct';
import { CpuTensors, type BoundNode } from './tensors';

/**
 * The program's forward loops for one more position at a time. Rows computed before stay in their tensors, and
 * operations that mix tokens read them there: the keys and values of earlier positions are not computed again.
 */
export class CpuDecoder {
  readonly #tensors: CpuTensors;
  /** For each position, the nodes bound to that row. */
  readonly #rows: BoundNode[][] = [];
  readonly #logits: Float64Array;
  readonly #vocab_size: number;
  #position = 0;

  constructor(config: ModelConfig) {
    this.#tensors = new CpuTensors(buildProgram({ ...config, batch_size: 1 }));
    this.#tensors.setPositions(1);
    this.#logits = this.#tensors.values.get('logits')!;
    this.#vocab_size = config.vocab_size;
  }

  /** @param weights flat, laid out by the program's parameters */
  load(weights: Float64Array): void {
    this.#tensors.weights.set(weights);
    this.restart();
  }

  /** Begins a new document. */
  restart(): void {
    this.#position = 0;
  }

  /** Takes the next token of the document, at most block_size of them, and returns (V) logits of what follows. */
  next(token: number): Float64Array {
    const t = this.#position++;
    const { tokens, positions, starts, lengths } = this.#tensors.indices;
    tokens[t] = token;
    positions[t] = t;
    starts[t] = 0;
    lengths[t] = t + 1;
    const nodes = (this.#rows[t] ??= this.#bindRow(t));
    for (const { node, tensors, dims } of nodes) {
      if (node.operation === linear) rowProduct(tensors, dims);
      else node.operation.forward(tensors, dims);
    }
    return this.#logits.subarray(t * this.#vocab_size, (t + 1) * this.#vocab_size);
  }

  #bindRow(t: number): BoundNode[] {
    const all = this.#tensors.nodes;
    const upToLogits = all.slice(0, all.findIndex(({ node }) => node.name === 'logits') + 1);
    return upToLogits.map((bound) => ({ ...bound, tensors: this.#rowOf(bound, t) }));
  }

  /** Row t of every tensor of a node, but whole parameters and whole inputs that are read at other rows. */
  #rowOf({ node, tensors }: BoundNode, t: number): Tensors {
    const row = (name: string, array: Tensors[string]) => {
      const activation = this.#tensors.program.activations.find((a) => a.name === name);
      if (!activation) return array;
      const size = activation.capacity.slice(1).reduce((product, n) => product * n, 1);
      return array.subarray(t * size, (t + 1) * size);
    };
    const rows: Tensors = { y: row(node.name, tensors.y) };
    for (const [slot, input] of Object.entries(node.inputs)) {
      const whole = node.operation.context.includes(slot);
      rows[slot] = whole ? tensors[slot] : row(input, tensors[slot]);
    }
    for (const slot of Object.keys(node.indices)) {
      rows[slot] = tensors[slot].subarray(t, t + 1);
    }
    return rows;
  }
}
