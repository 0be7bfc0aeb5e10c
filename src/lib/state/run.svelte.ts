import type { Command, EngineName, RunRequest } from '../run/protocol';
import type { Snapshot } from '../run/snapshot';

/** Steps per second of each engine that a run has had. */
export type EngineSpeeds = Readonly<Partial<Record<EngineName, number>>>;

/** One open run: a worker that trains, and what its events have told so far. */
export declare class Run {
  /** Unique in this page: `run 1`, `run 2`, … */
  readonly id: string;
  /** What it was opened with; null for an imported trace. */
  readonly request: RunRequest | null;
  /** True for an imported trace: it can be looked at, not trained. */
  readonly readOnly: boolean;
  /** Replaced as a whole with each message of the worker. */
  get snapshot(): Snapshot;
  get speeds(): EngineSpeeds;
  /** Whether it has ended: completed, failed or canceled. */
  get ended(): boolean;
  /** Sends a command; nothing happens if the run is read-only, closed or failed. */
  command(command: Command): void;
  /** Ends the worker at once; the snapshot stays as it is. A second time does nothing. */
  close(): void;
}
