/**
 * Milliseconds of work in a submit: enough that what it costs by itself does not count, and so little that a pause is
 * answered at once and no watchdog fires. One that `run/pace.ts` asks for fits in whole.
 */
const AIM = 40;

/** Steps of a submit where no clock tells how long they take. */
const UNTIMED = 8;

/** How many steps to submit at a time, learned from how long the last ones took. */
export class SubmitLength {
  readonly #most: number;
  readonly #now: (() => number) | undefined;
  #steps: number;
  #finished = -Infinity;

  /**
   * @param most steps that the buffers hold
   * @param now milliseconds
   */
  constructor(most: number, now?: () => number) {
    this.#most = most;
    this.#now = now;
    this.#steps = now ? 1 : Math.min(UNTIMED, most);
  }

  /** Steps of the next submit. */
  get steps(): number {
    return this.#steps;
  }

  /** Takes the time of a submit of so many steps, from now or from the end of the one before, till it is done. */
  async time(steps: number, done: Promise<unknown>): Promise<void> {
    const submitted = this.#now?.() ?? 0;
    await done;
    if (!this.#now) return;
    const finished = this.#now();
    this.#learn(steps, finished - Math.max(submitted, this.#finished));
    this.#finished = finished;
  }

  /** At most doubles, since one quick submit may be chance. */
  #learn(steps: number, ms: number): void {
    const fitting = ms > 0 ? Math.floor((AIM * steps) / ms) : this.#most;
    this.#steps = Math.max(1, Math.min(fitting, 2 * this.#steps, this.#most));
  }
}
