import { defaultOpened, type Opened } from '../run/openedLink';
import type { RecordedFrame, Snapshot } from '../run/snapshot';
import { defaultLink } from '../run/url';
import type { Wish } from './openedSteps.svelte';

/** What is pointed at, shared by every panel and kept in the URL. Assign to any of it. */
export class Selection {
  /** The step to look at; null follows the newest. */
  step = $state<number | null>(null);
  /** The step that the looked-at one is compared with: both read its document; null: none is. */
  compare = $state<number | null>(null);
  /** Position in the watched document, from 0; may lie beyond a short document: see `position`. */
  token = $state(defaultLink.token);
  layer = $state(0);
  head = $state(0);
  /** What of the constellation is to be seen. */
  sky = $state.raw(defaultLink.sky);
  /** Where the step looked at is opened; null: it is not. */
  opened = $state.raw<Opened | null>(null);

  /** Looks at the newest step again, which is not opened; token, layer and head stay. */
  follow(): void {
    this.step = null;
    this.opened = null;
  }

  /** Follows, and compares with no step: the run is another. */
  leave(): void {
    this.follow();
    this.compare = null;
  }

  /** Opens the step looked at, at its beginning. */
  openStep(): void {
    this.opened ??= defaultOpened;
  }

  /** What must be opened to look at a step: while two are compared, it reads the document of the other. */
  wish(step: number): Wish {
    return this.compare === null ? { step } : { step, document: this.compare };
  }

  /** The recorded frame at the chosen step or the nearest before it; the newest when following; null if there is none. */
  frame({ frames }: Snapshot): RecordedFrame | null {
    const { step } = this;
    const frame = step === null ? frames.at(-1) : frames.findLast((f) => f.step <= step);
    return frame ?? null;
  }

  /** The selected position within a frame: its last one if the document is too short. */
  position(frame: RecordedFrame): number {
    return Math.max(0, Math.min(this.token, frame.tokens.length - 1));
  }
}
