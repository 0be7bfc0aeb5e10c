/** Walks through a backward pass, one operation after another at a rate, until there is none or it is stopped. */
export class BackwardPlay {
  /** Operations per second; assign to it. */
  rate = $state(2);
  #isPlaying = $state(false);
  readonly #next: () => Promise<boolean>;
  readonly #wait: (ms: number) => Promise<void>;
  /** Counts the starts: what an older one waited for is dropped. */
  #starts = 0;

  /** @param next does an operation; false: there is none, or a breakpoint is met */
  constructor(next: () => Promise<boolean>, wait = pause) {
    this.#next = next;
    this.#wait = wait;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  async play(): Promise<void> {
    const start = ++this.#starts;
    this.#isPlaying = true;
    while (this.#isPlaying && start === this.#starts) {
      const goesOn = await this.#next();
      if (start !== this.#starts) return;
      if (!goesOn) this.stop();
      else await this.#wait(1000 / this.rate);
    }
  }

  stop(): void {
    this.#isPlaying = false;
  }

  toggle(): void {
    if (this.#isPlaying) this.stop();
    else void this.play();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
