import { buildCorpus } from '../run/corpus';
import { packById } from '../run/packs';

/** The full text of the pack `names`, and how its fetching goes. */
export interface NamesState {
  /** `built-in`: a short list of our own; `fetched`: the whole published text. */
  readonly source: 'built-in' | 'fetched';
  readonly fetching: boolean;
  /** Bytes received so far. */
  readonly received: number;
  /** Bytes in all. */
  readonly total: number;
  /** Why the last fetching failed, in a sentence. */
  readonly error: string | null;
}

const { address } = packById('names')!;

/** The published text; its address names one version of it, which never changes. */
export const publishedNames = {
  address: address!,
  bytes: 228_145,
  /** SHA-256, as `Corpus.hash`. */
  hash: '0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d'
} as const;

/** Milliseconds until a download is given up. */
const TIME_LIMIT = 30_000;

/** Fetches the names that microgpt learns from, once they are asked for; until then a list of our own stands in. */
export class Names {
  #text = $state.raw<string | null>(null);
  #received = $state(0);
  #error = $state<string | null>(null);
  #download = $state.raw<AbortController | null>(null);

  get state(): NamesState {
    return {
      source: this.#text === null ? 'built-in' : 'fetched',
      fetching: this.#download !== null,
      received: this.#received,
      total: publishedNames.bytes,
      error: this.#error
    };
  }

  /** The whole text, once it is here. */
  get text(): string | null {
    return this.#text;
  }

  /** Takes a text that was kept or received; false if it is not the published one. */
  take(text: string): boolean {
    const isPublished = buildCorpus('names', '', text).hash === publishedNames.hash;
    if (isPublished) this.#text = text;
    return isPublished;
  }

  /** Downloads the text; true when it has come. While one download runs, a second is not begun. */
  async download(): Promise<boolean> {
    if (this.#download) return false;
    const download = new AbortController();
    this.#download = download;
    this.#error = null;
    this.#received = 0;
    const timer = setTimeout(() => download.abort(new Error(lateness)), TIME_LIMIT);
    try {
      return this.#accept(await this.#receive(download.signal));
    } catch (error) {
      if (!isStop(download.signal)) this.#error = refusal(download.signal.reason ?? error);
      return false;
    } finally {
      clearTimeout(timer);
      this.#download = null;
    }
  }

  /** Stops a download; the built-in list stays in use, and nothing is said. */
  stop(): void {
    this.#download?.abort(stopped);
  }

  #accept(text: string): boolean {
    if (this.take(text)) return true;
    throw new Error('another text');
  }

  async #receive(signal: AbortSignal): Promise<string> {
    const response = await fetch(publishedNames.address, { signal });
    if (!response.ok || !response.body) throw new Error(`HTTP ${response.status}`);
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    let text = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      this.#received += value.length;
      if (this.#received > publishedNames.bytes) throw new Error('a longer text');
      text += decoder.decode(value, { stream: true });
    }
  }
}

const stopped = Symbol('stopped by the reader');
const lateness = `no more after ${TIME_LIMIT / 1000} s`;

function isStop(signal: AbortSignal): boolean {
  return signal.reason === stopped;
}

function refusal(error: unknown): string {
  const got = error instanceof Error ? error.message : String(error);
  const { host } = new URL(publishedNames.address);
  return `names: needs the published list from ${host}, got ${got}; the built-in list stays in use`;
}
