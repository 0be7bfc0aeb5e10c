import { MOST_FRAMES, type RecordedFrame } from './snapshot';

/** How many are kept when there are too many: enough room that thinning is rare. */
const KEPT_FRAMES = Math.floor(MOST_FRAMES * 0.75);

/**
 * Frames in order of steps, at most `MOST_FRAMES`: where there are more, only the first of every stretch of `spacing`
 * steps is kept, and the newest; the spacing is the smallest power of two that leaves room.
 */
export function thinFrames(frames: RecordedFrame[]): RecordedFrame[] {
  if (frames.length <= MOST_FRAMES) return frames;
  let spacing = 2;
  let kept = firstOfEach(frames, spacing);
  while (kept.length > KEPT_FRAMES) kept = firstOfEach(frames, (spacing *= 2));
  return kept;
}

function firstOfEach(frames: readonly RecordedFrame[], spacing: number): RecordedFrame[] {
  const stretch = (frame: RecordedFrame) => Math.floor((frame.step - 1) / spacing);
  return frames.filter((frame, i) => {
    const isNewest = i === frames.length - 1;
    return isNewest || i === 0 || stretch(frame) !== stretch(frames[i - 1]);
  });
}
