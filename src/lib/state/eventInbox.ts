import type { RunEvent } from '../run/protocol';

/** Milliseconds after which events are given on though no frame came: the tab may have been hidden meanwhile. */
const LONGEST = 250;

/** Gathers what a worker tells and gives it on, in order, once for each frame of the screen; in a hidden tab at once. */
export class EventInbox {
  readonly #give: (events: readonly RunEvent[]) => void;
  #events: RunEvent[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(give: (events: readonly RunEvent[]) => void) {
    this.#give = give;
  }

  add(events: readonly RunEvent[]): void {
    this.#events = this.#events.concat(events);
    if (isUnseen()) return this.flush();
    if (this.#timer !== undefined) return;
    this.#frame = requestAnimationFrame(() => this.flush());
    this.#timer = setTimeout(() => this.flush(), LONGEST);
  }

  /** Gives on what there is: before anything that came after it. */
  flush(): void {
    if (this.#timer !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const events = this.#events;
    this.#events = [];
    if (events.length > 0) this.#give(events);
  }
}

/** Whether no frame is to be expected. */
function isUnseen(): boolean {
  return typeof document === 'undefined' || document.hidden;
}
