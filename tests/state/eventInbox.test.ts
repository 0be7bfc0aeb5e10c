import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RunEvent } from '$lib/run/protocol';
import { EventInbox } from '$lib/state/eventInbox';

const paused = (seq: number): RunEvent => ({ seq, time: 0, type: 'run.paused', step: 0 });

let given: number[][];
let inbox: EventInbox;
let frames: Map<number, () => void>;
let page: { hidden: boolean };

beforeEach(() => {
  vi.useFakeTimers();
  given = [];
  inbox = new EventInbox((events) => given.push(events.map(({ seq }) => seq)));
  frames = new Map();
  page = { hidden: false };
  let asked = 0;
  vi.stubGlobal('document', page);
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => (frames.set(++asked, call), asked));
  vi.stubGlobal('cancelAnimationFrame', (id: number) => frames.delete(id));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function showFrame(): void {
  const calls = [...frames.values()];
  frames.clear();
  for (const call of calls) call();
}

test('what comes between two frames is given on together, in order, and once', () => {
  inbox.add([paused(1), paused(2)]);
  inbox.add([paused(3)]);
  expect(given).toEqual([]);
  expect(frames.size).toBe(1);
  showFrame();
  expect(given).toEqual([[1, 2, 3]]);
  vi.runAllTimers();
  inbox.add([paused(4)]);
  showFrame();
  expect(given).toEqual([[1, 2, 3], [4]]);
});

test('steps wait out a rest; what the run itself tells comes with the next frame, and all before it', () => {
  const step = (seq: number): RunEvent => ({ seq, time: 0, type: 'step.loss', step: seq, loss: 1 });
  inbox = new EventInbox(
    (events) => given.push(events.map(({ seq }) => seq)),
    () => 1000
  );
  inbox.add([step(1)]);
  showFrame();
  inbox.add([step(2)]);
  inbox.add([step(3)]);
  expect(frames.size).toBe(0);
  vi.advanceTimersByTime(999);
  expect(given).toEqual([[1]]);
  vi.advanceTimersByTime(1);
  expect(given).toEqual([[1], [2, 3]]);
  inbox.add([step(4)]);
  inbox.add([paused(5)]);
  showFrame();
  expect(given).toEqual([[1], [2, 3], [4, 5]]);
  vi.runAllTimers();
  expect(given).toHaveLength(3);
});

test('a hidden tab, which gets no frames, takes everything at once', () => {
  page.hidden = true;
  inbox.add([paused(1)]);
  inbox.add([paused(2)]);
  expect(given).toEqual([[1], [2]]);
});

test('what waited for a frame when the tab was hidden is not lost', () => {
  inbox.add([paused(1)]);
  page.hidden = true;
  inbox.add([paused(2)]);
  expect(given).toEqual([[1, 2]]);
  showFrame();
  inbox.add([paused(3)]);
  expect(given).toEqual([[1, 2], [3]]);
});

test('where no frame comes, a timer gives it on', () => {
  inbox.add([paused(1)]);
  vi.runAllTimers();
  expect(given).toEqual([[1]]);
  expect(frames.size).toBe(0);
});

test('a flush comes before the frame, which then brings nothing', () => {
  inbox.add([paused(1)]);
  inbox.flush();
  expect(given).toEqual([[1]]);
  showFrame();
  vi.runAllTimers();
  expect(given).toEqual([[1]]);
});
