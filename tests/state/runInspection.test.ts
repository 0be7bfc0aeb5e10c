import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildCorpus } from '../../src/lib/run/corpus';
import type { Inspection, RunRequest } from '../../src/lib/run/protocol';
import { defaultSettings } from '../../src/lib/run/settings';
import { emptySnapshot } from '../../src/lib/run/snapshot';
import { Run } from '../../src/lib/state/run.svelte';
import { FakeWorker, stubWorker } from './fakeWorker';

const corpus = buildCorpus('json', 'JSON', 'ab\nba\naab');
const request: RunRequest = { settings: { ...defaultSettings, pack: 'json' }, corpus };
const wte = { step: 3, values: ['wte'], gradients: [] };

const inspection: Inspection = {
  step: 3,
  T: 2,
  shapes: { wte: [1, 1] },
  values: { wte: new Float64Array([4]) },
  gradients: {},
  engine: 'cpu',
  loss: 1,
  replayedLoss: 1,
  exact: true
};

beforeEach(() => stubWorker());
afterEach(() => vi.unstubAllGlobals());

test('each answer goes to the one who asked', async () => {
  const run = Run.open(request);
  const [worker] = FakeWorker.all;
  const first = run.inspect(wte);
  const second = run.inspect({ ...wte, step: 9 });
  expect(worker.received.slice(1)).toEqual([
    { type: 'inspect', id: 1, request: wte },
    { type: 'inspect', id: 2, request: { ...wte, step: 9 } }
  ]);
  const reason = 'inspection: needs a step from 0 to 5, got 9';
  worker.send({ type: 'notInspected', id: 2, reason, superseded: true });
  worker.send({ type: 'inspected', id: 1, inspection });
  await expect(second).rejects.toMatchObject({ message: reason, superseded: true });
  expect(await first).toBe(inspection);
});

test.each([
  ['closed', (run: Run) => run.close()],
  ['broken', () => FakeWorker.all[0].break('boom')]
])('nobody waits for a worker that is %s', async (_, end) => {
  const run = Run.open(request);
  const asked = run.inspect(wte);
  end(run);
  await expect(asked).rejects.toThrow('inspection: needs a run with a worker');
  await expect(run.inspect(wte)).rejects.toThrow('inspection: needs a run with a worker');
});

test('an imported trace has no steps to open', async () => {
  const run = Run.fromTrace(emptySnapshot);
  await expect(run.inspect(wte)).rejects.toThrow('inspection: needs a run with a worker');
});

test('the timeline is what the worker last told', () => {
  const run = Run.open(request);
  expect(run.timeline).toBeNull();
  FakeWorker.all[0].send({ type: 'timeline', keyframes: 2, bytes: 96, spacing: 25 });
  expect(run.timeline).toMatchObject({ keyframes: 2, bytes: 96, spacing: 25 });
  run.close();
  expect(run.timeline).toBeNull();
});
