import type { Batch } from '../batch';
import { measure, sizeOf, type Measures } from '../measure';
import type { Dims, Shape, Tensors } from '../ops/operation';
import type { OperationNode, Program } from '../program';

/** A node with the arrays and bounds its loops run over. */
export interface BoundNode {
  readonly node: OperationNode;
  readonly tensors: Tensors;
  dims: Dims;
}

/** f64 arrays for every tensor of a program, allocated once. */
export class CpuTensors {
  readonly weights: Float64Array;
  readonly gradients: Float64Array;
  readonly values = new Map<string, Float64Array>();
  readonly valueGradients = new Map<string, Float64Array>();
  readonly indices: Record<keyof Omit<Batch, 'T' | 'B'>, Int32Array>;
  readonly nodes: readonly BoundNode[];
  readonly program: Program;
  readonly #measures = new Map<number, Measures>();
  #T = 0;

  constructor(program: Program) {
    this.program = program;
    this.weights = new Float64Array(program.num_params);
    this.gradients = new Float64Array(program.num_params);
    for (const { name, shape, offset } of program.parameters) {
      this.values.set(name, this.weights.subarray(offset, offset + shape[0] * shape[1]));
      this.valueGradients.set(name, this.gradients.subarray(offset, offset + shape[0] * shape[1]));
    }
    for (const { name, capacity } of program.activations) {
      const size = sizeOf(capacity);
      this.values.set(name, new Float64Array(size));
      this.valueGradients.set(name, new Float64Array(size));
    }
    const positions = () => new Int32Array(program.capacity);
    this.indices = {
      tokens: positions(),
      targets: positions(),
      positions: positions(),
      starts: positions(),
      lengths: positions()
    };
    this.nodes = program.nodes.map((node) => ({ node, tensors: this.#bind(node), dims: {} }));
  }

  /** Copies a batch in and sets every loop bound for its T positions. */
  place(batch: Batch): void {
    for (const name of Object.keys(this.indices) as (keyof typeof this.indices)[]) {
      this.indices[name].set(batch[name]);
    }
    this.setPositions(batch.T);
  }

  /** Sets every loop bound for T positions. */
  setPositions(T: number): void {
    if (T === this.#T) return;
    this.#T = T;
    let measures = this.#measures.get(T);
    if (!measures) this.#measures.set(T, (measures = measure(this.program, T)));
    for (let i = 0; i < this.nodes.length; i++) this.nodes[i].dims = measures.dims[i];
  }

  /** Shape of a tensor at the present T. */
  shape(name: string): Shape {
    return this.#measures.get(this.#T)!.shapes.get(name)!;
  }

  #bind({ name, inputs, indices }: OperationNode): Tensors {
    const tensors: Tensors = {
      y: this.values.get(name)!,
      dy: this.valueGradients.get(name)!
    };
    for (const [slot, input] of Object.entries(inputs)) {
      tensors[slot] = this.values.get(input)!;
      tensors[`d${slot}`] = this.valueGradients.get(input)!;
    }
    for (const [slot, index] of Object.entries(indices)) tensors[slot] = this.indices[index];
    return tensors;
  }
}
