import { describe, expect, test } from 'vitest';
import type { Inspection } from '../../../src/lib/run/protocol';
import { emptySnapshot, type RecordedFrame, type Snapshot } from '../../../src/lib/run/snapshot';
import type { Wish } from '../../../src/lib/state/openedSteps.svelte';
import { Selection } from '../../../src/lib/state/selection.svelte';
import { meanLoss, momentOf, wishesOf } from '../../../src/lib/views/time/moment';

const frame = (step: number, losses: number[] = []): RecordedFrame =>
  ({ step, document: '', tokens: losses.map((loss) => ({ loss })), attention: null }) as never;
const opened = (step: number) => ({ step, frame: frame(step) }) as Inspection;

const snapshot: Snapshot = { ...emptySnapshot, step: 90, frames: [1, 40, 90].map((s) => frame(s)) };

function choice(step: number | null, compare: number | null = null): Selection {
  return Object.assign(new Selection(), { step, compare });
}

/** What was opened, by `step` or `step document`. */
const kept = (...steps: (readonly [number, number?])[]) => ({
  find: ({ step, document }: Wish) =>
    steps.some(([s, d]) => s === step && d === document) ? opened(step) : undefined,
  newest: (document: number) => {
    const read = steps.filter(([, d]) => d === document).map(([s]) => s);
    return read.length > 0 ? opened(Math.max(...read)) : undefined;
  }
});

const find = (from: Selection, there = kept(), earlier: Parameters<typeof momentOf>[3] = null) =>
  momentOf(from, snapshot, there, earlier);

describe('what must be opened', () => {
  test.each([
    ['nothing while the newest is followed', null, null, []],
    ['the chosen step', 30, null, [{ step: 30 }]],
    ['step 0 too', 0, null, [{ step: 0 }]],
    ['nothing that is not done', 91, null, []],
    ['both steps on the document of one', 30, 7, [7, 30]],
    ['the newest beside one', null, 7, [7, 90]],
    ['the newest where B is not done', 99, 7, [7, 90]],
    ['the chosen step where A is not done', 30, 99, [{ step: 30 }]]
  ])('is %s', (_, step, compare, expected) => {
    const wishes = expected.map((wish) =>
      typeof wish === 'number' ? { step: wish, document: 7 } : wish
    );
    expect(wishesOf(choice(step, compare), 90)).toEqual(wishes);
  });

  test('is nothing before the first step', () => {
    expect(wishesOf(choice(0, 0), 0)).toEqual([]);
  });
});

describe('what is shown', () => {
  test('is the newest recorded frame while it is followed', () => {
    expect(find(choice(null))).toMatchObject({ frame: { step: 90 }, opened: null });
  });

  test('is the recorded frame before the step until it is opened, then the step itself', () => {
    expect(find(choice(50))).toMatchObject({ frame: { step: 40 }, opened: null });
    const there = find(choice(50), kept([50]));
    expect(there).toMatchObject({ frame: { step: 50 }, opened: { step: 50 }, comparison: null });
  });

  test('is a comparison as soon as both steps are there', () => {
    const from = choice(50, 7);
    expect(find(from, kept([7, 7])).comparison).toBeNull();
    expect(find(from, kept([50], [7, 7]))).toMatchObject({ frame: { step: 50 }, comparison: null });
    const both = find(from, kept([7, 7], [50, 7]));
    expect(both).toMatchObject({ comparison: { a: { step: 7 }, b: { step: 50 } } });
    expect(both.frame).toBe(both.comparison!.b.frame);
  });

  test('compares with the newest that is opened while the run is followed', () => {
    const there = kept([7, 7], [60, 7], [80, 7], [85]);
    expect(find(choice(null, 7), there)).toMatchObject({
      comparison: { a: { step: 7 }, b: { step: 80 } },
      opened: null
    });
  });

  test('keeps the comparison while B moves on, but not when A does', () => {
    const { comparison } = find(choice(50, 7), kept([7, 7], [50, 7]));
    const moved = find(choice(51, 7), kept([7, 7]), comparison);
    expect(moved).toMatchObject({ comparison: { b: { step: 50 } }, opened: null });
    expect(find(choice(50, 8), kept(), comparison).comparison).toBeNull();
    const reset = momentOf(choice(null, 7), { ...snapshot, step: 10 }, kept(), comparison);
    expect(reset.comparison).toBeNull();
  });
});

test('the loss of a document is the mean over its tokens', () => {
  expect(meanLoss(frame(1, [1, 2, 6]))).toBe(3);
});
