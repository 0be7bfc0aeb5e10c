import type { RunEvent } from '../run/protocol';

/** Milliseconds after which events are given on though no frame came: the tab may have been hidden meanwhile. */
const LONGEST = 250;

/** Gathers what a worker tells and gives it on, in order, once for each frame of the screen; in a hidden tab at once. */
export class EventInbox {
  readonly #give: (events: readonly RunEvent[]) => void;
  readonly #rest: () => number;
  #events: RunEvent[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #restUntil = -Infinity;

  /** @param rest milliseconds from one giving to the next of steps and samples; what the run itself tells never waits */
  constructor(give: (events: readonly RunEvent[]) => void, rest: () => number = () => 0) {
    this.#give = give;
    this.#rest = rest;
  }

  add(events: readonly RunEvent[]): void {
    this.#events = this.#events.concat(events);
    if (isUnseen()) return this.flush();
    const wait = events.some(isOfTheRun) ? 0 : this.#restUntil - performance.now();
    if (this.#timer !== undefined && (wait > 0 || this.#frame !== 0)) return;
    this.#cancel();
    if (wait <= 0) this.#frame = requestAnimationFrame(() => this.flush());
    this.#timer = setTimeout(() => this.flush(), wait > 0 ? wait : LONGEST);
  }

  /** Gives on what there is: before anything that came after it. */
  flush(): void {
    this.#cancel();
    const events = this.#events;
    this.#events = [];
    if (events.length > 0) this.#give(events);
    this.#restUntil = performance.now() + this.#rest();
  }

  #cancel(): void {
    if (this.#frame !== 0) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#frame = 0;
    this.#timer = undefined;
  }
}

/** Started, paused, ended and the like. */
function isOfTheRun({ type }: RunEvent): boolean {
  return type.startsWith('run.') || type === 'engine.changed';
}

/** Whether no frame is to be expected. */
function isUnseen(): boolean {
  return typeof document === 'undefined' || document.hidden;
}
