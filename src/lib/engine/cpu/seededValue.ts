import type { Batch } from '../batch';
import { sizeOf } from '../measure';
import type { Reals } from '../ops/operation';
import type { Program } from '../program';
import { MEAN_LOSS, namesWithGradient, placeSeed, type PlacedSeed, type Seed } from '../seed';
import { runBackward, runForward } from './passes';
import { CpuTensors } from './tensors';

/** One number of a tensor of the program, parameter or activation. */
export interface Cell {
  readonly tensor: string;
  readonly index: number;
}

/** A loss or a logit of one batch as a function of the weights, and of any single cell: f64, the program's own loops. */
export class SeededValue {
  readonly program: Program;
  readonly #tensors: CpuTensors;
  readonly #seed: PlacedSeed;

  /** Throws ShapeError for a seed that the batch does not have. */
  constructor(program: Program, batch: Batch, seed: Seed = MEAN_LOSS) {
    this.program = program;
    this.#seed = placeSeed(program, batch.T, seed);
    this.#tensors = new CpuTensors(program);
    this.#tensors.place(batch);
  }

  /** @param weights laid out by `program.parameters` */
  load(weights: Reals): void {
    this.#tensors.weights.set(weights);
  }

  /** The number at the loaded weights. */
  value(): number {
    runForward(this.#tensors);
    return this.#number;
  }

  /**
   * The number with one cell moved, and where the cell then was: rounding may move it by a little more or less. An
   * activation is moved once it is computed, before anything reads it.
   */
  moved({ tensor, index }: Cell, by: number): { value: number; at: number } {
    const cells = this.#tensors.values.get(tensor)!;
    const node = this.program.nodes.findIndex(({ name }) => name === tensor);
    const before = cells[index];
    if (node < 0) cells[index] = before + by;
    runForward(this.#tensors, (n) => {
      if (n === node) cells[index] += by;
    });
    const at = cells[index];
    if (node < 0) cells[index] = before;
    return { value: this.#number, at };
  }

  /** A copy of a tensor as the last call computed it. */
  tensor(name: string): Float64Array {
    return this.#tensors.values.get(name)!.slice(0, sizeOf(this.#tensors.shape(name)));
  }

  /** What backward says the number's derivatives are, for every tensor that it is computed from. */
  gradients(): ReadonlyMap<string, Float64Array> {
    runForward(this.#tensors);
    runBackward(this.#tensors, this.#seed);
    const names = namesWithGradient(this.program, this.#seed);
    const gradient = (name: string) =>
      this.#tensors.valueGradients.get(name)!.slice(0, sizeOf(this.#tensors.shape(name)));
    return new Map(names.map((name) => [name, gradient(name)]));
  }

  get #number(): number {
    return this.#tensors.values.get(this.#seed.tensor)![this.#seed.index];
  }
}
