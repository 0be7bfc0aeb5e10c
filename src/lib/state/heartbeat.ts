/** Milliseconds between two questions to a worker whether it is there. */
const INTERVAL = 5000;

/** Questions that may stay unanswered: a long step of a slow machine leaves no time for an answer. */
const MOST_UNANSWERED = 6;

/** Seconds of silence after which a worker is given up. */
export const SILENCE = (MOST_UNANSWERED * INTERVAL) / 1000;

/**
 * Listens for a worker that has died without a word, as one that the browser killed for memory does. Questions are
 * counted, and not time: a page that slept has asked none.
 */
export class Heartbeat {
  readonly #timer: ReturnType<typeof setInterval>;
  /** Without end until the worker has spoken: its script may be long in coming. */
  #unanswered = -Infinity;

  /**
   * @param ask sends a question that any message answers
   * @param onSilence called once, when too many stayed unanswered
   */
  constructor(ask: () => void, onSilence: () => void) {
    this.#timer = setInterval(() => {
      if (this.#unanswered === MOST_UNANSWERED) {
        this.stop();
        return onSilence();
      }
      this.#unanswered += 1;
      ask();
    }, INTERVAL);
  }

  /** To be called with each message of the worker. */
  heard(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
