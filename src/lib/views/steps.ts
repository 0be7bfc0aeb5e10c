import type { RecordedFrame } from '../run/snapshot';

/**
 * The recorded step that a move of the scrubber from one step to another ends at: the nearest one in its direction, so
 * that one press of an arrow key always reaches the next picture.
 */
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
