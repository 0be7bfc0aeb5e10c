import type { Corpus } from '../run/corpus';

/** The full text of the pack `names`, and how its fetching goes. */
export interface NamesState {
  /** `built-in`: a short list of our own; `fetched`: the whole published text. */
  readonly source: 'built-in' | 'fetched';
  readonly fetching: boolean;
  /** Bytes received so far. */
  readonly received: number;
  /** Bytes in all, where the server tells. */
  readonly total: number | null;
  /** Why the last fetching failed, in a sentence. */
  readonly error: string | null;
}

/** A text that a reader brought; it is kept in this browser only. */
export interface Upload {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Every text that can be learned: packs, the names, and the reader's own. */
export declare class Corpora {
  get names(): NamesState;
  get uploads(): readonly Upload[];
  /** Why something is not kept over a reload, in a sentence; null while all is kept. */
  get notKept(): string | null;
  /** Reads what was kept in this browser; `corpus` waits for it. */
  restore(): Promise<void>;
  /** The text of a pack or an upload. Throws CorpusError-like sentences if there is none of that id. */
  corpus(id: string): Promise<Corpus>;
  /** Takes a file. Throws CorpusError with the rule that it breaks. */
  add(file: File): Promise<Corpus>;
  remove(id: string): Promise<void>;
  fetchNames(): Promise<boolean>;
  stopFetching(): void;
}
