import { createSubscriber } from 'svelte/reactivity';
import { readLocal, watchLocal, writeLocal } from './localValue';

/** A value kept in this browser as JSON, the same in all its tabs; where nothing can be kept, as long as the page. */
export class KeptValue<T> {
  readonly #key: string;
  readonly #read: (kept: unknown) => T;
  readonly #subscribe: () => void;
  #text: string | null = null;
  #value: T;
  #isKept = true;
  /** Counts what is set here; other tabs are heard by the subscription. */
  #version = $state(0);

  /** @param read takes what was kept, which may have been edited or be of another version; undefined: nothing was */
  constructor(key: string, read: (kept: unknown) => T) {
    this.#key = key;
    this.#read = read;
    this.#value = read(undefined);
    this.#subscribe = createSubscriber((update) => watchLocal(key, update));
  }

  get current(): T {
    void this.#version;
    this.#subscribe();
    const text = this.#isKept ? readLocal(this.#key) : this.#text;
    if (text !== this.#text) this.#value = this.#read(parsed(text));
    this.#text = text;
    return this.#value;
  }

  set current(value: T) {
    this.#text = JSON.stringify(value);
    this.#value = value;
    this.#isKept = writeLocal(this.#key, this.#text);
    this.#version += 1;
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}
