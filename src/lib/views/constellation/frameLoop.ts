/** What is drawn. */
export interface Drawn {
  /** Whether there is a frame to be had now. @param isUrgent whether it answers the reader */
  isReady(isUrgent: boolean): boolean;
  /** @param elapsed milliseconds since the frame before */
  render(elapsed: number): void;
  /** Whether the next frame would be as the last one. */
  isResting(): boolean;
}

/** A frame when something has changed, one after another while something moves, and none else. */
export class FrameLoop {
  readonly #host: HTMLElement;
  readonly #drawn: Drawn;
  #request = 0;
  /** Whether something has changed since the last frame. */
  #isStale = false;
  /** Whether the reader changed it. */
  #isUrgent = false;
  #before = 0;

  constructor(host: HTMLElement, drawn: Drawn) {
    this.#host = host;
    this.#drawn = drawn;
  }

  /** Asks for one frame. */
  draw(): void {
    this.#isStale = true;
    if (this.#request !== 0) return;
    this.#before = performance.now();
    // Whoever takes a picture waits until it is gone.
    this.#host.dataset.drawing = '';
    this.#request = requestAnimationFrame(this.#tick);
  }

  /** Asks for a frame that answers the reader. */
  hurry(): void {
    this.#isUrgent = true;
    this.draw();
  }

  /** For good. */
  end(): void {
    cancelAnimationFrame(this.#request);
    this.#request = -1;
  }

  #tick = (now: number): void => {
    if (this.#drawn.isReady(this.#isUrgent)) {
      const elapsed = Math.max(now - this.#before, 0);
      this.#before = now;
      this.#isStale = this.#isUrgent = false;
      this.#drawn.render(elapsed);
    }
    const isDone = !this.#isStale && this.#drawn.isResting();
    if (isDone) delete this.#host.dataset.drawing;
    this.#request = isDone ? 0 : requestAnimationFrame(this.#tick);
  };
}
