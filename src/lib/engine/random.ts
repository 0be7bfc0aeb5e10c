import { cos, log, sin } from './libm';

const N = 624;
const M = 397;
const TWO_PI = 2 * Math.PI;

/**
 * Python's `random.Random`: Mersenne Twister MT19937, seeded by an integer of any size.
 * The same calls give the same numbers as CPython 3.11, bit for bit; `gauss`, made of log, sin and cos, those that it
 * gives on the C library named in libm.ts.
 */
export class Random {
  readonly #state = new Uint32Array(N);
  #index = N;
  #gaussNext: number | null = null;

  /** @param seed any integer; the sign is ignored, as in Python. */
  constructor(seed: bigint | number) {
    let rest = BigInt(seed);
    if (rest < 0n) rest = -rest;
    const key: number[] = [];
    do {
      key.push(Number(rest & 0xffffffffn));
      rest >>= 32n;
    } while (rest > 0n);
    this.#seedByArray(key);
  }

  /** A generator that continues from the same state, independently. */
  clone(): Random {
    const copy = new Random(0);
    copy.#state.set(this.#state);
    copy.#index = this.#index;
    copy.#gaussNext = this.#gaussNext;
    return copy;
  }

  /** Uniform in [0, 1), with 53 random bits. */
  random(): number {
    const a = this.#uint32() >>> 5;
    const b = this.#uint32() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** Normal with mean mu and standard deviation sigma; `random.gauss`. */
  gauss(mu: number, sigma: number): number {
    let z = this.#gaussNext;
    this.#gaussNext = null;
    if (z === null) {
      const angle = this.random() * TWO_PI;
      const radius = Math.sqrt(-2 * log(1 - this.random()));
      z = cos(angle) * radius;
      this.#gaussNext = sin(angle) * radius;
    }
    return mu + z * sigma;
  }

  /** Shuffles in place; `random.shuffle`. */
  shuffle<T>(items: T[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      [items[i], items[j]] = [items[j], items[i]];
    }
  }

  /** Index drawn with probability proportional to its weight; `random.choices(range(n), weights)[0]`. */
  choice(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i];
    const mark = this.random() * total;
    let sum = 0;
    for (let i = 0; i < weights.length - 1; i++) {
      sum += weights[i];
      if (mark < sum) return i;
    }
    return weights.length - 1;
  }

  /** Uniform integer in [0, n), for 1 ≤ n ≤ 2³². */
  #below(n: number): number {
    const shift = Math.clz32(n);
    let r: number;
    do r = this.#uint32() >>> shift;
    while (r >= n);
    return r;
  }

  #seedByLong(seed: number): void {
    const mt = this.#state;
    mt[0] = seed;
    for (let i = 1; i < N; i++) {
      mt[i] = Math.imul(1812433253, mt[i - 1] ^ (mt[i - 1] >>> 30)) + i;
    }
  }

  #seedByArray(key: readonly number[]): void {
    const mt = this.#state;
    this.#seedByLong(19650218);
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, key.length); k > 0; k--) {
      mt[i] = (mt[i] ^ Math.imul(mt[i - 1] ^ (mt[i - 1] >>> 30), 1664525)) + key[j] + j;
      if (++i >= N) {
        mt[0] = mt[N - 1];
        i = 1;
      }
      if (++j >= key.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) {
      mt[i] = (mt[i] ^ Math.imul(mt[i - 1] ^ (mt[i - 1] >>> 30), 1566083941)) - i;
      if (++i >= N) {
        mt[0] = mt[N - 1];
        i = 1;
      }
    }
    mt[0] = 0x80000000;
    this.#index = N;
  }

  #uint32(): number {
    if (this.#index >= N) this.#twist();
    let y = this.#state[this.#index++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  #twist(): void {
    const mt = this.#state;
    for (let k = 0; k < N; k++) {
      const y = (mt[k] & 0x80000000) | (mt[(k + 1) % N] & 0x7fffffff);
      mt[k] = mt[(k + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}
