/** Most steps from one picture to the next. */
const MOST = 100;

/** Share of a step by which a picture may be late: at 60 a second, waiting for the screen alone takes all the time. */
const TOLERANCE = 0.2;

/** How much of the newest time counts against those before. */
const WEIGHT = 0.4;

/** How many steps to go at once, so that a rate is kept although each picture takes its time. */
export class Stride {
  #steps = 1;
  /** Milliseconds of work for one picture, smoothed; null before the first. */
  #work: number | null = null;

  get steps(): number {
    return this.#steps;
  }

  /** Learns that a picture took `ms` of work; `rate` steps a second are wanted. */
  learn(ms: number, rate: number): void {
    this.#work = this.#work === null ? ms : WEIGHT * ms + (1 - WEIGHT) * this.#work;
    const needed = Math.ceil((rate * this.#work) / 1000 - TOLERANCE);
    this.#steps = Math.min(Math.max(needed, 1), 2 * this.#steps, MOST);
  }
}
