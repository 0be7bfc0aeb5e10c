import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Outbox } from '$lib/run/outbox';
import { unpackSteps } from '$lib/run/packedSteps';
import type { FromWorker, RunEventBody } from '$lib/run/protocol';

let posted: RunEventBody['type'][][];
let outbox: Outbox;
let seq: number;

beforeEach(() => {
  vi.useFakeTimers();
  posted = [];
  seq = 0;
  const post = (message: FromWorker) =>
    posted.push(
      message.type === 'events' ? unpackSteps(message.events).map(({ type }) => type) : []
    );
  outbox = new Outbox(post, () => Date.now());
});

afterEach(() => vi.useRealTimers());

function tell(body: RunEventBody): void {
  outbox.add({ seq: ++seq, time: 0, ...body });
}

/** A watched step whose attention takes so many bytes. */
function tellWatched(step: number, bytes: number): void {
  tell({ type: 'step.forward', step, document: 'ab', tokens: [] });
  const weights = new Float64Array(bytes / 8);
  tell({ type: 'step.attention', step, n_layer: 1, n_head: 1, T: 1, weights });
  tell({ type: 'step.loss', step, loss: 1 });
}

test('events are posted in order, in batches; of the watched steps of a batch the newest is kept', () => {
  tellWatched(1, 8);
  tellWatched(2, 8);
  expect(posted).toEqual([]);
  vi.advanceTimersByTime(20);
  expect(posted).toEqual([['step.loss', 'step.forward', 'step.attention', 'step.loss']]);
});

test('one watched step is enough for a batch', () => {
  expect(outbox.isSated).toBe(false);
  tellWatched(1, 8);
  expect(outbox.isSated).toBe(true);
  vi.advanceTimersByTime(20);
  expect(outbox.isSated).toBe(false);
});

test('after a large watched step, training goes on for longer before the next', () => {
  tellWatched(1, 1024 * 1024);
  vi.advanceTimersByTime(20);
  expect(posted.length).toBe(1);
  expect(outbox.isSated).toBe(true);
  vi.advanceTimersByTime(60);
  expect(outbox.isSated).toBe(false);
});
