import type { Problem } from './problem';

/** Something that trains a workload: an engine of ours, or another program that has loaded the same problem. */
export interface Peer {
  /** What computes, in words. */
  readonly device: string;
  /** Trains `count` steps after the first `done`; mean loss of the last, in nats. Nothing is left running. */
  train(done: number, count: number): Promise<number>;
  /** The last step whose loss must be that of the others; any unless told. */
  readonly comparedUntil?: number;
  /** What is to be known of it, in a sentence. */
  readonly note?: string;
  dispose?(): void;
}

export type OpenPeer = (problem: Problem, device: string) => Promise<Peer>;
