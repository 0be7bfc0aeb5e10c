import type { Inspection, InspectionRequest } from '../../run/protocol';
import type { RecordedFrame } from '../../run/snapshot';

/** Milliseconds between two steps that are opened while training goes on. */
const APART = 500;

/** What of a run opens its steps. */
export interface Opener {
  readonly readOnly: boolean;
  inspect(request: InspectionRequest): Promise<Inspection>;
}

/** What has opened in a view, and whether it may go on to the next step. */
export class StepWatch {
  #inspection = $state.raw<Inspection | null>(null);
  #waiting = $state<string | undefined>();
  readonly #opener: Opener;
  readonly #now: () => number;
  #asked: InspectionRequest | null = null;
  #askedAt = -Infinity;
  #isAwaited = false;
  #held: RecordedFrame | null = null;

  constructor(opener: Opener, now = () => performance.now()) {
    this.#opener = opener;
    this.#now = now;
  }

  /** The newest step that was opened. */
  get inspection(): Inspection | null {
    return this.#inspection;
  }

  /** Why what was asked for last does not come, in a sentence. */
  get waiting(): string | undefined {
    return this.#waiting;
  }

  /**
   * The frame to show: the newest, or while one is being opened in a run that goes on, that one; else the newest would
   * always be one that is not open yet.
   */
  frame(newest: RecordedFrame | null, isMoving: boolean): RecordedFrame | null {
    const isTooSoon = this.#isAwaited || this.#now() - this.#askedAt < APART;
    const mayHold = isMoving && newest !== null && this.#held !== null && this.#asked !== null;
    if (!(mayHold && isTooSoon)) this.#held = newest;
    return this.#held;
  }

  /** Opens a step, or with null nothing any more; the newest request counts. */
  async ask(request: InspectionRequest | null): Promise<void> {
    this.#asked = request;
    this.#isAwaited = false;
    this.#waiting = undefined;
    if (request === null) return;
    if (this.#opener.readOnly) {
      this.#waiting = untold;
      return;
    }
    this.#isAwaited = true;
    this.#askedAt = this.#now();
    try {
      const inspection = await this.#opener.inspect(request);
      if (this.#asked === request) this.#inspection = inspection;
    } catch (error) {
      if (this.#asked === request) this.#waiting = reasonOf(error);
    }
    if (this.#asked === request) this.#isAwaited = false;
  }
}

/** An imported trace has no worker that could compute a step again. */
const untold =
  'An imported trace holds the attention of its steps but not what this needs: choose Attention or Entropy.';

/** A request that gave way to a newer one has nothing to tell. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof Error && 'superseded' in error && error.superseded) return undefined;
  return error instanceof Error ? error.message : String(error);
}
