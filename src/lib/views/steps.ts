import type { RecordedFrame } from '../run/snapshot';

/** The step that a key leads to from another, from the first to the steps done; null for other keys. */
export function scrubTo(key: string, from: number, done: number, first = 0): number | null {
  const page = Math.max(1, Math.round(done / 10));
  const to: Partial<Record<string, number>> = {
    ArrowLeft: from - 1,
    ArrowDown: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from + 1,
    PageDown: from - page,
    PageUp: from + page,
    Home: first,
    End: done
  };
  const step = to[key];
  return step === undefined ? null : Math.min(Math.max(step, first), done);
}

/** The recorded step that a move from one step to another ends at: the nearest one in its direction. */
export function snapStep(frames: readonly RecordedFrame[], from: number, to: number): number {
  const after = frames.find(({ step }) => step >= to)?.step;
  const before = frames.findLast(({ step }) => step <= to)?.step;
  return (to >= from ? (after ?? before) : (before ?? after)) ?? to;
}

/** The recorded step nearest to a step. */
export function nearestStep(frames: readonly RecordedFrame[], to: number): number {
  const [before, after] = [snapStep(frames, Infinity, to), snapStep(frames, -Infinity, to)];
  return Math.abs(to - before) <= Math.abs(after - to) ? before : after;
}

/** The step before or after the one that is looked at; null, to follow the run, after the last. */
export function stepBeside(
  step: number | null,
  done: number,
  side: 'previous' | 'next',
  first = 0
): number | null {
  if (side === 'previous') return Math.max((step ?? done) - 1, first);
  return step === null || step >= done ? null : step + 1;
}

/** The recorded step before or after the one that is looked at; null, to follow the run, after the last. */
export function neighbourStep(
  frames: readonly RecordedFrame[],
  step: number | null,
  side: 'previous' | 'next'
): number | null {
  const now = step ?? Infinity;
  if (side === 'next') return frames.find((frame) => frame.step > now)?.step ?? null;
  const last = step === null ? frames.at(-1)?.step : undefined;
  const before = frames.findLast((frame) => frame.step < (last ?? now));
  return before?.step ?? frames[0]?.step ?? null;
}
