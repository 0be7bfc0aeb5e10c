import type { Inspection } from '../../run/protocol';
import type { RecordedFrame, Snapshot } from '../../run/snapshot';
import type { OpenedSteps, Wish } from '../../state/openedSteps.svelte';

/** What is pointed at, as far as time goes. */
export interface TimeChoice {
  readonly step: number | null;
  readonly compare: number | null;
  frame(snapshot: Snapshot): RecordedFrame | null;
}

/** An opened step with its frame. */
export type OpenedFrame = Inspection & { readonly frame: RecordedFrame };

/** Two steps beside each other: the weights of both read the document of the first. */
export interface Comparison {
  readonly a: OpenedFrame;
  readonly b: OpenedFrame;
}

/** What the panels show. */
export interface Moment {
  /** The nearest frame that is here to what is looked at. */
  readonly frame: RecordedFrame | null;
  /** The step that is looked at, opened again; null while it is not, and while the newest is followed. */
  readonly opened: Inspection | null;
  /** null: nothing is compared, or it is not opened yet. */
  readonly comparison: Comparison | null;
}

type Kept = Pick<OpenedSteps, 'find' | 'newest'>;

/** What must be opened for the panels, the most wanted first. @param done steps done */
export function wishesOf({ step, compare }: TimeChoice, done: number): Wish[] {
  const isThere = (at: number | null): at is number => at !== null && at <= done && done > 0;
  if (!isThere(compare)) return isThere(step) ? [{ step }] : [];
  const b = isThere(step) ? step : done;
  return [
    { step: compare, document: compare },
    { step: b, document: compare }
  ];
}

/** @param earlier the comparison shown before: it stays until the next is opened, if it still compares with that step */
export function momentOf(
  choice: TimeChoice,
  snapshot: Snapshot,
  kept: Kept,
  earlier: Comparison | null
): Moment {
  const { step, compare } = choice;
  const comparison = compare === null ? null : comparisonOf(choice, snapshot.step, kept, earlier);
  if (comparison) {
    const { b } = comparison;
    return { frame: b.frame, opened: step === b.step ? b : null, comparison };
  }
  const opened = step === null ? undefined : withFrame(kept.find({ step }));
  return { frame: opened?.frame ?? choice.frame(snapshot), opened: opened ?? null, comparison };
}

function comparisonOf(
  { step, compare }: TimeChoice,
  done: number,
  kept: Kept,
  earlier: Comparison | null
): Comparison | null {
  const document = compare!;
  const a = withFrame(kept.find({ step: document, document }));
  // The newest moves on while it is opened: what is here of it is the last that was.
  const isNewest = step === null || step > done;
  const b = withFrame(isNewest ? kept.newest(document) : kept.find({ step, document }));
  if (a && b) return { a, b };
  return earlier?.a.step === document && done >= earlier.b.step ? earlier : null;
}

function withFrame(inspection: Inspection | undefined): OpenedFrame | undefined {
  return inspection?.frame ? { ...inspection, frame: inspection.frame } : undefined;
}

/** Mean loss of a frame's document, in nats. */
export function meanLoss({ tokens }: RecordedFrame): number {
  return tokens.reduce((sum, { loss }) => sum + loss, 0) / tokens.length;
}
