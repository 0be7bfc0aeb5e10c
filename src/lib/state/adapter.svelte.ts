export type AdapterKind = 'unknown' | 'hardware' | 'software' | 'none';

/** Whether this browser has a GPU for us. */
export declare class Adapter {
  get kind(): AdapterKind;
  /** The adapter's name; empty if there is none. */
  get name(): string;
  /** What it means for the reader, in one sentence. */
  get sentence(): string;
  /** Asks the browser; called once by the page. */
  probe(): Promise<void>;
}
