import type { Kernels } from './module';

const PAGE = 65536;

/** Hands out the memory of an instance, at multiples of 64 bytes; everything begins as 0. */
export class Arena {
  readonly #kernels: Kernels;
  #end: number;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#end = kernels.firstFree();
  }

  /** The address of room for so many numbers of 4 bytes. */
  take(numbers: number): number {
    const at = this.#end;
    this.#end += 64 * Math.ceil(numbers / 16);
    return at;
  }

  /** Makes the memory as large as what was handed out; only then can it be seen from outside. */
  settle(): void {
    const { memory } = this.#kernels;
    const missing = this.#end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  }

  floats(at: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.#buffer, at, length);
  }

  doubles(at: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.#buffer, at, length);
  }

  integers(at: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.#buffer, at, length);
  }

  get #buffer(): ArrayBuffer {
    return this.#kernels.memory.buffer;
  }
}
