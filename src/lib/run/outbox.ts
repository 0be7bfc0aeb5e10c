import { packSteps } from './packedSteps';
import type { FromWorker, PackedSteps, RunEvent } from './protocol';

/** Milliseconds between batches: about a frame of the screen. */
const BATCH = 16;

/** Most bytes of watched steps in a millisecond: recording them takes time from training. */
const MOST_BYTES = 16 * 1024;

type Post = (message: FromWorker, transfer: Transferable[]) => void;

/**
 * Posts events in order, in batches about once per frame of the screen. Of the steps watched in one batch only the
 * newest keeps its forward pass and attention; every other event is kept.
 */
export class Outbox {
  readonly #post: Post;
  readonly #now: () => number;
  #events: RunEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasFrame = false;
  /** When the next step may be watched. */
  #restUntil = -Infinity;

  /** @param now milliseconds */
  constructor(post: Post, now: () => number) {
    this.#post = post;
    this.#now = now;
  }

  /** Whether another watched step would be more than a screen shows, or than training should pay for. */
  get isSated(): boolean {
    return this.#hasFrame || this.#now() < this.#restUntil;
  }

  add(event: RunEvent): void {
    if (event.type === 'step.forward') this.#startFrame();
    if (event.type === 'step.attention') this.#rest(event.weights.byteLength);
    this.#events.push(event);
    this.#timer ??= setTimeout(() => this.flush(), BATCH);
  }

  /** Posts what there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#hasFrame = false;
    if (this.#events.length === 0) return;
    const events = packSteps(this.#events);
    this.#events = [];
    this.#post({ type: 'events', events }, events.flatMap(buffersOf));
  }

  #startFrame(): void {
    if (this.#hasFrame) this.#events = this.#events.filter((event) => !isFrame(event));
    this.#hasFrame = true;
  }

  #rest(bytes: number): void {
    this.#restUntil = this.#now() + bytes / MOST_BYTES;
  }
}

function isFrame({ type }: RunEvent): boolean {
  return type === 'step.forward' || type === 'step.attention';
}

function buffersOf(event: RunEvent | PackedSteps): Transferable[] {
  if (event.type === 'steps') return [event.numbers.buffer as ArrayBuffer];
  return event.type === 'step.attention' ? [event.weights.buffer as ArrayBuffer] : [];
}
