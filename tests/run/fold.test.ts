import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { fold, reduce } from '../../src/lib/run/fold';
import { thinFrames } from '../../src/lib/run/frames';
import type { RunEvent, RunEventBody } from '../../src/lib/run/protocol';
import { emptySnapshot, MOST_FRAMES, type Snapshot } from '../../src/lib/run/snapshot';
import { losses, only, perform, smallRequest, type Script } from './scenario';

const eventful: Script = [
  [0, { type: 'run', steps: 7 }],
  [9, { type: 'sample' }],
  [99, { type: 'engine', engine: 'gpu' }],
  [99, { type: 'reset' }],
  [99, { type: 'run' }]
];

let events: readonly RunEvent[];

beforeAll(async () => {
  ({ events } = await perform(smallRequest(), eventful, { watch: 'every' }));
});

/** Freezes all that can be frozen; typed arrays cannot. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  Object.values(value).forEach(freeze);
  return Object.freeze(value);
}

/** Events of a running run: `rates` steps, at these times. */
function steps(...times: readonly number[]): RunEvent[] {
  const norms = { embeddings: 1, attention: 1, mlp: 1, lm_head: 1 };
  return times.map((time, i) => ({
    seq: i + 3,
    time,
    type: 'step.update',
    step: i + 1,
    learning_rate: 0.1,
    update_norms: norms
  }));
}

function at(time: number, body: RunEventBody): RunEvent {
  return { seq: 2, time, ...body };
}

const resumed = at(0, { type: 'run.resumed', step: 0, until: 100, delay: 0 });

const rates = (from: Snapshot, told: readonly RunEvent[]) => {
  let snapshot = from;
  return told.map((event) => (snapshot = reduce(snapshot, event)).stepsPerSecond);
};

describe('fold', () => {
  test('keeps the lists that no event touched, so that their views stay as they are', () => {
    const before = fold(emptySnapshot, events);
    const after = fold(before, steps(5));
    expect(after).not.toBe(before);
    expect(after.samples).toBe(before.samples);
    expect(after.frames).toBe(before.frames);
    expect(after.notices).toBe(before.notices);
  });

  test('never changes the snapshot it is given, nor the events', () => {
    freeze(events);
    let snapshot: Snapshot = freeze(emptySnapshot);
    for (const event of events) {
      const before = JSON.stringify(snapshot);
      const after = freeze(reduce(snapshot, event));
      expect(JSON.stringify(snapshot)).toBe(before);
      snapshot = after;
    }
  });

  test('all events at once or in any parts give the same snapshot', () => {
    const once = fold(emptySnapshot, events);
    fc.assert(
      fc.property(fc.array(fc.nat(events.length), { maxLength: 9 }), (cuts) => {
        const ends = [...cuts, events.length].sort((a, b) => a - b);
        const parts = ends.map((end, i) => events.slice(i > 0 ? ends[i - 1] : 0, end));
        expect(parts.reduce(fold, emptySnapshot)).toEqual(once);
      })
    );
  });

  test('no events give the same snapshot back', () => {
    expect(fold(emptySnapshot, [])).toBe(emptySnapshot);
  });

  test('a finished run is whole', () => {
    const snapshot = fold(emptySnapshot, events);
    const [started] = only(events, 'run.started');
    const reset = events.findIndex(({ type }) => type === 'run.reset');
    expect(snapshot).toMatchObject({
      status: 'completed',
      engine: 'gpu',
      device: 'stand-in',
      step: 12,
      until: 12,
      pulse: 'step.update',
      error: null,
      notices: [],
      seq: events.length,
      settings: started.settings,
      vocabulary: started.vocabulary,
      num_params: started.num_params
    });
    const after = events.slice(reset);
    expect(snapshot.curves.loss).toEqual(losses(after));
    expect(snapshot.curves.gradient_norms.mlp).toEqual(
      only(after, 'step.backward').map((event) => event.gradient_norms.mlp)
    );
    expect(snapshot.curves.update_norms.lm_head).toEqual(
      only(after, 'step.update').map((event) => event.update_norms.lm_head)
    );
    expect(snapshot.curves.learning_rate).toHaveLength(12);
    expect(snapshot.frames.map(({ step }) => step)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    ]);
    expect(snapshot.frames.every(({ attention }) => attention !== null)).toBe(true);
    expect(snapshot.samples.map(({ step }) => step)).toEqual([5, 10, 12]);
  });

  test('run.reset leaves curves, frames and samples empty', () => {
    const reset = events.findIndex(({ type }) => type === 'run.reset');
    const snapshot = fold(emptySnapshot, events.slice(0, reset + 1));
    const { curves, frames, samples, times, pulse } = emptySnapshot;
    expect(snapshot).toMatchObject({ status: 'paused', step: 0, until: 0, samples, frames });
    expect(snapshot).toMatchObject({ curves, times, pulse, stepsPerSecond: null, engine: 'gpu' });
  });

  test('run.started begins anew after a terminal event', () => {
    const ended = fold(emptySnapshot, events);
    expect(fold(ended, events)).toEqual(ended);
  });

  test('failures and notices are kept', () => {
    const failed = at(1, { type: 'run.failed', step: 0, error: 'why' });
    expect(reduce(emptySnapshot, failed)).toMatchObject({ status: 'failed', error: 'why' });
    const about = { step: 0, engine: 'cpu', device: 'd', notice: 'a sentence' } as const;
    const changed = at(1, { type: 'engine.changed', ...about });
    expect(fold(emptySnapshot, [changed, changed]).notices).toEqual(['a sentence', 'a sentence']);
  });
});

describe('stepsPerSecond', () => {
  const running = reduce(emptySnapshot, resumed);

  test('is known after a quarter of a second, then taken each second', () => {
    expect(rates(running, steps(100, 300, 400, 1000, 1100, 2000))).toEqual([
      null,
      2000 / 300,
      2000 / 300,
      4,
      4,
      2
    ]);
  });

  test('is null while paused', () => {
    const [one, two] = steps(500, 1500);
    const paused = at(1600, { type: 'run.paused', step: 2 });
    const again = at(9000, { type: 'run.resumed', step: 2, until: 100, delay: 0 });
    expect(rates(running, [one, two, paused, again])).toEqual([2, 4 / 3, null, null]);
  });

  test('is not taken across a gap', () => {
    expect(rates(running, steps(1000, 7000, 8000))).toEqual([1, null, 1]);
  });

  test('is each engine’s own', () => {
    const about = { step: 1, engine: 'cpu', device: 'd', notice: null } as const;
    const changed = at(1000, { type: 'engine.changed', ...about });
    const [one, two] = steps(1000, 1100);
    expect(rates(running, [one, changed, two])).toEqual([1, null, null]);
  });
});

describe('frames', () => {
  const frame = (step: number) => ({ step, document: '', tokens: [], attention: null });

  test('are thinned evenly, the newest always kept', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 2000 }), { minLength: 150, maxLength: 400 }),
        (unsorted) => {
          let kept: ReturnType<typeof thinFrames> = [];
          for (const step of unsorted.sort((a, b) => a - b)) {
            kept = thinFrames([...kept, frame(step)]);
            expect(kept.length).toBeLessThanOrEqual(MOST_FRAMES);
            expect(kept.at(-1)!.step).toBe(step);
          }
        }
      ),
      { numRuns: 30 }
    );
  });

  test('a run watched at every step keeps its first step and even spacing', () => {
    let kept: ReturnType<typeof thinFrames> = [];
    for (let step = 1; step <= 2000; step++) kept = thinFrames([...kept, frame(step)]);
    expect(kept[0].step).toBe(1);
    expect(kept.length).toBeGreaterThan(MOST_FRAMES / 3);
    const gaps = kept.slice(1).map(({ step }, i) => step - kept[i].step);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(64);
  });

  test('all are kept as long as there are few', () => {
    const few = Array.from({ length: MOST_FRAMES }, (_, i) => frame(i + 1));
    expect(thinFrames(few)).toBe(few);
  });
});
