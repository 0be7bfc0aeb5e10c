import type { ModelState } from '../engine/engine';

type Numbers = Float64Array | Float32Array;

/**
 * A state that is kept: in half the room where 32 bits hold each of its numbers, as they do those of an engine that
 * computes in f32. What comes back is the same to the last bit.
 */
export class Keyframe {
  readonly step: number;
  /** Whether another engine went on from here. */
  readonly isHandover: boolean;
  /** Weights and moments. */
  readonly #arrays: readonly [Numbers, Numbers, Numbers];

  constructor({ step, weights, m, v }: ModelState, isHandover = false) {
    this.step = step;
    this.isHandover = isHandover;
    this.#arrays = [weights, m, v].every(fits)
      ? [pack(weights), pack(m), pack(v)]
      : [weights, m, v];
  }

  get bytes(): number {
    return this.#arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  state(): ModelState {
    const [weights, m, v] = this.#arrays.map(unpack);
    return { step: this.step, weights, m, v };
  }
}

/** Whether f32 holds each number. */
function fits(numbers: Float64Array): boolean {
  for (const x of numbers) if (Math.fround(x) !== x) return false;
  return true;
}

function pack(numbers: Float64Array): Float32Array {
  return new Float32Array(numbers);
}

function unpack(numbers: Numbers): Float64Array {
  return numbers instanceof Float64Array ? numbers : new Float64Array(numbers);
}
