import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ModelState } from '$lib/engine/engine';
import { buildCorpus } from '$lib/run/corpus';
import { Plan } from '$lib/run/plan';
import { defaultSettings, presetSettings, type Settings } from '$lib/run/settings';
import { firstSpacing } from '$lib/run/spacing';
import { MOST_BYTES, Timeline } from '$lib/run/timeline';
import { smallRequest } from './scenario';

const planOf = (num_steps: number) => new Plan(smallRequest({ num_steps }));

/** A plan of documents of so many letters. */
function planFor(settings: Settings, length: number): Plan {
  return new Plan({ settings, corpus: buildCorpus('test', 'Test', 'ab'.repeat(length / 2)) });
}

function stateAt({ initial }: Plan, step: number): ModelState {
  return { ...initial, step };
}

function bytesOf({ initial }: Plan): number {
  return 3 * initial.weights.byteLength;
}

/** The steps of all keyframes before step `done` + 1. */
function keyframes(timeline: Timeline, done: number): number[] {
  const steps = Array.from({ length: done + 1 }, (_, i) => timeline.before(i + 1).step);
  return [...new Set(steps)];
}

/** Trains `steps` steps, at most `chunk` at a time, and keeps what is due. */
function advance(timeline: Timeline, plan: Plan, steps: number, { chunk = 7, from = 0 } = {}) {
  let done = from;
  while (done < from + steps) {
    done += Math.min(chunk, timeline.room(done), from + steps - done);
    if (timeline.isDue(done, 0)) timeline.take(stateAt(plan, done), 0, 0);
  }
}

describe('keyframes', () => {
  test('are taken every so many steps, wherever calls of the engine would end', () => {
    const plan = planOf(200);
    for (const chunk of [1, 7, 64]) {
      const timeline = new Timeline();
      timeline.begin(plan, 'cpu');
      advance(timeline, plan, 200, { chunk });
      expect(keyframes(timeline, 200)).toEqual([0, 25, 50, 75, 100, 125, 150, 175]);
      expect(timeline.summary).toEqual({ keyframes: 8, bytes: 8 * bytesOf(plan), spacing: 25 });
    }
  });

  test('thin out by half when memory is full', () => {
    const plan = planOf(2000);
    const timeline = new Timeline(3 * bytesOf(plan));
    timeline.begin(plan, 'cpu');
    const { spacing } = timeline.summary;
    advance(timeline, plan, 2 * spacing);
    expect(keyframes(timeline, 2 * spacing)).toEqual([0, spacing, 2 * spacing]);
    advance(timeline, plan, spacing, { from: 2 * spacing });
    expect(keyframes(timeline, 3 * spacing)).toEqual([0, 2 * spacing]);
    expect(timeline.summary.spacing).toBe(2 * spacing);
  });

  test('never take more memory than allowed, nor leave a step far from one', () => {
    const courses = fc.record({
      num_steps: fc.integer({ min: 1, max: 400 }),
      places: fc.integer({ min: 2, max: 12 }),
      chunk: fc.integer({ min: 1, max: 64 })
    });
    fc.assert(
      fc.property(courses, ({ num_steps, places, chunk }) => {
        const plan = planOf(num_steps);
        const timeline = new Timeline(places * bytesOf(plan));
        timeline.begin(plan, 'cpu');
        const first = timeline.summary.spacing;
        for (let done = 0; done < num_steps; done++) {
          advance(timeline, plan, 1, { chunk, from: done });
          expect(timeline.summary.bytes).toBeLessThanOrEqual(places * bytesOf(plan));
        }
        const { spacing } = timeline.summary;
        expect(spacing).toBeLessThanOrEqual(Math.max(first, (2 * num_steps) / places));
        for (let step = 1; step <= num_steps; step++) {
          const replayed = step - timeline.before(step).step;
          expect(replayed).toBeGreaterThan(0);
          expect(replayed).toBeLessThanOrEqual(spacing);
        }
      }),
      { numRuns: 60 }
    );
  });

  test('of a GPU keep their distance in time, more so the costlier the capture, up to a limit', () => {
    const plan = planOf(2000);
    const timeline = new Timeline();
    timeline.begin(plan, 'gpu');
    timeline.take(stateAt(plan, 25), 1000, 1001);
    expect(timeline.isDue(60, 1100)).toBe(false);
    expect(timeline.room(60)).toBe(Infinity);
    expect(timeline.isDue(60, 1101)).toBe(true);
    timeline.take(stateAt(plan, 60), 2000, 2004);
    expect(timeline.isDue(90, 2203)).toBe(false);
    expect(timeline.isDue(90, 2204)).toBe(true);
    timeline.take(stateAt(plan, 90), 3000, 3010);
    expect(timeline.isDue(120, 3309)).toBe(false);
    expect(timeline.isDue(120, 3310)).toBe(true);
  });

  test('of a replay close the gaps that training left, where there is room', () => {
    const plan = planOf(200);
    const timeline = new Timeline(4 * bytesOf(plan));
    timeline.begin(plan, 'cpu');
    const { spacing } = timeline.summary;
    timeline.take(stateAt(plan, 3 * spacing), 0, 0);
    expect([spacing - 1, spacing, 3 * spacing].map((step) => timeline.isGap(step))).toEqual([
      false,
      true,
      false
    ]);
    for (const step of [spacing, spacing + 1, 2 * spacing, 4 * spacing]) {
      timeline.fill(stateAt(plan, step));
    }
    expect(keyframes(timeline, 200)).toEqual([0, 1, 2, 3].map((k) => k * spacing));
    expect(timeline.summary.bytes).toBe(4 * bytesOf(plan));
  });

  test('of an engine in f32 take half the room, so that there are twice as many, and come back as they were', () => {
    const plan = planOf(2000);
    const { length } = plan.initial.weights;
    const drawn = (step: number) =>
      Float64Array.from({ length }, (_, i) => Math.fround(Math.sin(i + step)));
    const [exact, f32] = [(x: Float64Array) => x.map((n) => n + 1e-12), (x: Float64Array) => x];
    const counts = [exact, f32].map((kept) => {
      const timeline = new Timeline(8 * bytesOf(plan));
      const stateOf = (step: number): ModelState => {
        const [weights, m] = [kept(drawn(step)), kept(drawn(-step))];
        return { step, weights, m, v: Float64Array.of(...weights).fill(0) };
      };
      timeline.begin(plan, kept === f32 ? 'simd' : 'cpu');
      const { spacing } = timeline.summary;
      let step = 0;
      while (timeline.summary.spacing === spacing) timeline.take(stateOf((step += spacing)), 0, 0);
      expect(timeline.summary.bytes).toBeLessThanOrEqual(8 * bytesOf(plan));
      expect(timeline.before(step + 1)).toEqual(stateOf(timeline.stepBefore(step + 1)));
      return step / spacing;
    });
    expect(counts).toEqual([8, 15]);
  });

  test('are not taken after the last step, nor twice at one', () => {
    const plan = planOf(50);
    const timeline = new Timeline();
    timeline.begin(plan, 'cpu');
    timeline.take(stateAt(plan, 25), 0, 0);
    timeline.take(stateAt(plan, 25), 0, 0);
    expect(timeline.summary.keyframes).toBe(2);
    expect(timeline.isDue(50, 0)).toBe(false);
  });

  test('are not kept at all without memory', () => {
    const plan = planOf(200);
    const timeline = new Timeline(0);
    timeline.begin(plan, 'cpu');
    expect(timeline.room(100)).toBe(Infinity);
    advance(timeline, plan, 200);
    expect(keyframes(timeline, 200)).toEqual([0]);
  });
});

describe('a change of engine', () => {
  test('is remembered, with the state it began from', () => {
    const plan = planOf(200);
    const timeline = new Timeline();
    timeline.begin(plan, 'cpu');
    timeline.handOver(stateAt(plan, 10), 'gpu');
    timeline.handOver(stateAt(plan, 30), 'cpu');
    expect(timeline.before(11).step).toBe(10);
    expect(timeline.legs(10, 10)).toEqual([{ engine: 'cpu', after: 0 }]);
    expect(timeline.legs(11, 30)).toEqual([{ engine: 'gpu', after: 10 }]);
    expect(timeline.legs(10, 31)).toEqual([
      { engine: 'cpu', after: 0 },
      { engine: 'gpu', after: 10 },
      { engine: 'cpu', after: 30 }
    ]);
  });

  test('outlives others when keyframes are thinned, as long as it is one of few', () => {
    const plan = planOf(2000);
    const timeline = new Timeline(8 * bytesOf(plan));
    timeline.begin(plan, 'gpu');
    timeline.handOver(stateAt(plan, 1), 'cpu');
    timeline.handOver(stateAt(plan, 2), 'gpu');
    timeline.handOver(stateAt(plan, 3), 'cpu');
    advance(timeline, plan, 1997, { from: 3 });
    expect(keyframes(timeline, 2000).slice(0, 3)).toEqual([0, 2, 3]);
    expect(timeline.summary.keyframes).toBeLessThanOrEqual(8);
  });

  test('by accident takes the steps since the last copy to the engine that trained them again', () => {
    const plan = planOf(200);
    const timeline = new Timeline();
    timeline.begin(plan, 'gpu');
    timeline.handOver(stateAt(plan, 0), 'cpu');
    expect(timeline.legs(1, 200)).toEqual([{ engine: 'cpu', after: 0 }]);
    expect(timeline.summary.keyframes).toBe(1);
  });
});

test('a beginning forgets what was before', () => {
  const plan = planOf(200);
  const timeline = new Timeline();
  timeline.begin(plan, 'gpu');
  timeline.note(3);
  timeline.handOver(stateAt(plan, 1), 'cpu');
  const { era } = timeline;
  timeline.begin(plan, 'gpu');
  expect(timeline.era).toBe(era + 1);
  expect(timeline.done).toBe(0);
  expect(timeline.legs(1, 200)).toEqual([{ engine: 'gpu', after: 0 }]);
  expect(keyframes(timeline, 200)).toEqual([0]);
});

describe('the first spacing', () => {
  test('is 25 steps where they are cheap', () => {
    expect(firstSpacing(planFor(defaultSettings, 8), 1000)).toBe(25);
  });

  test('is smaller the longer a step takes', () => {
    const [short, long] = [8, 60].map((length) => planFor(presetSettings('max'), length));
    expect(firstSpacing(long, 100)).toBeLessThan(firstSpacing(short, 100));
    const settings = { ...presetSettings('max'), batch_size: 32 };
    expect(firstSpacing(planFor(settings, 60), 1000)).toBe(1);
  });

  test('doubles to little more than what preset max needs', () => {
    const plan = planFor(presetSettings('max'), 60);
    const timeline = new Timeline();
    timeline.begin(plan, 'cpu');
    advance(timeline, plan, 2000);
    const least = 2000 / (MOST_BYTES / bytesOf(plan));
    expect(timeline.summary.spacing).toBeLessThan(1.2 * least);
  });
});
