import type { FromWorker, RunEvent } from './protocol';

/** Milliseconds between batches: about a frame of the screen. */
const BATCH = 16;

type Post = (message: FromWorker, transfer: Transferable[]) => void;

/**
 * Posts events in order, in batches about once per frame of the screen. Of the steps watched in one batch only the
 * newest keeps its forward pass and attention; every other event is kept.
 */
export class Outbox {
  readonly #post: Post;
  #events: RunEvent[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #hasFrame = false;

  constructor(post: Post) {
    this.#post = post;
  }

  /** Whether the batch in the making has a watched step. */
  get hasFrame(): boolean {
    return this.#hasFrame;
  }

  add(event: RunEvent): void {
    if (event.type === 'step.forward') this.#startFrame();
    this.#events.push(event);
    this.#timer ??= setTimeout(() => this.flush(), BATCH);
  }

  /** Posts what there is. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#hasFrame = false;
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    this.#post({ type: 'events', events }, events.flatMap(buffersOf));
  }

  #startFrame(): void {
    if (this.#hasFrame) this.#events = this.#events.filter((event) => !isFrame(event));
    this.#hasFrame = true;
  }
}

function isFrame({ type }: RunEvent): boolean {
  return type === 'step.forward' || type === 'step.attention';
}

function buffersOf(event: RunEvent): Transferable[] {
  return event.type === 'step.attention' ? [event.weights.buffer as ArrayBuffer] : [];
}
