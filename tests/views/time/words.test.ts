import { describe, expect, test } from 'vitest';
import { markOf, timelineWords, type Looked } from '../../../src/lib/views/time/words';

const looked: Looked = { step: 60, shown: 57, opened: null, refusal: null, readOnly: false };
const opened = { step: 60, engine: 'gpu', loss: 2, replayedLoss: 2, exact: true } as const;

describe('the mark of a step', () => {
  test.each<[Partial<Looked>, string, string]>([
    [{ step: null }, 'live', 'follows the newest step'],
    [{}, 'waiting', 'replaying step 60; meanwhile step 57'],
    [{ shown: null }, 'waiting', 'replaying step 60'],
    [
      { shown: null, replaying: { step: 60, done: 3, of: 9 } },
      'waiting',
      'replaying step 60: 3 of 9 steps before it'
    ],
    [{ shown: null, replaying: { step: 61, done: 3, of: 9 } }, 'waiting', 'replaying step 60'],
    [{ opened }, 'same', 'replayed on the GPU: same loss, bit for bit'],
    [
      { opened: { ...opened, replayedLoss: 2.125, exact: false } },
      'differs',
      'replayed on the GPU: loss 2.1250, not 2.0000'
    ],
    [{ step: 0, opened: { ...opened, step: 0 } }, 'same', 'before any step: the initial weights'],
    [{ refusal: 'inspection: needs luck' }, 'refused', 'inspection: needs luck'],
    [{ readOnly: true }, 'recorded', 'step 57 as it was recorded']
  ])('%j is %s', (changes, kind, says) => {
    expect(markOf({ ...looked, ...changes })).toEqual({ kind, says });
  });
});

test('the memory of the timeline is told in keyframes, steps, bytes and milliseconds', () => {
  const summary = { keyframes: 41, bytes: 12.4 * 2 ** 20, spacing: 25 };
  expect(timelineWords(summary, 48.6)).toBe('41 keyframes, 25 apart · 12 MiB · opens in 49 ms');
  expect(timelineWords(summary, 1637)).toMatch(/opens in 1\.6 s$/);
  const one = { keyframes: 1, bytes: 2 ** 19, spacing: Infinity };
  expect(timelineWords(one, null)).toBe('1 keyframe · 0.5 MiB');
});
