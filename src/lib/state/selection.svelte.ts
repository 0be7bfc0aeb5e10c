import type { RecordedFrame, Snapshot } from '../run/snapshot';

/** What is pointed at, shared by every panel and kept in the URL. Assign to any of it. */
export declare class Selection {
  /** The step to look at; null follows the newest. */
  step: number | null;
  /** Position in the watched document, from 0; may lie beyond a short document: see `position`. */
  token: number;
  layer: number;
  head: number;
  /** Looks at the newest step again; token, layer and head stay. */
  follow(): void;
  /** The recorded frame at the chosen step or the nearest before it; the newest when following; null if there is none. */
  frame(snapshot: Snapshot): RecordedFrame | null;
  /** The selected position within a frame: its last one if the document is too short. */
  position(frame: RecordedFrame): number;
}
