import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runTolerance } from '$lib/engine/tolerances';
import { Run } from '$lib/state/run.svelte';
import { StepBench } from '$lib/state/stepBench.svelte';
import { requestOf } from './taskScene';

const PATIENCE = { timeout: 60_000, interval: 10 };
const request = requestOf({ engine: 'cpu', num_steps: 30 });

let run: Run;
let bench: StepBench;
beforeAll(async () => {
  run = Run.open(request);
  run.command({ type: 'run' });
  await vi.waitFor(() => expect(run.snapshot.status).toBe('completed'), PATIENCE);
  bench = new StepBench(run);
  bench.open(await run.ask({ kind: 'outline', step: 20, seed: { of: 'loss' } }));
});
afterAll(() => {
  bench.close();
  run.close();
});

test('every tensor of a step is within tolerance on both engines, and each operation is timed', async () => {
  await bench.comparison.start({ request, engine: 'gpu' });
  await vi.waitFor(() => expect(bench.comparison.isRunning).toBe(false), PATIENCE);
  expect(bench.comparison.error).toBeNull();
  const { found } = bench.comparison;
  const tensors = found.flatMap((each) => (each.type === 'tensor' ? [each.compared] : []));
  expect(tensors.length).toBeGreaterThan(50);
  expect(tensors.filter(({ passes }) => !passes)).toEqual([]);
  expect(tensors.some(({ deviation }) => deviation.error > 0)).toBe(true);
  const times = found.flatMap((each) => (each.type === 'times' ? [each] : []));
  expect(times.map(({ engine }) => engine)).toEqual(['cpu', 'gpu']);
  for (const { times: nodes } of times) {
    expect(nodes.every(({ forward, backward }) => forward > 0 && backward > 0)).toBe(true);
  }
}, 120_000);

test('free runs from the first weights stay near, and can be canceled', async () => {
  await bench.gaps.start({ request, engine: 'gpu', from: 'start', steps: 30 });
  await vi.waitFor(() => expect(bench.gaps.isDone).toBe(true), PATIENCE);
  const gaps = bench.gaps.found;
  expect(gaps.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  for (const { loss, relative } of gaps) {
    expect(Math.abs(loss.actual - loss.expected)).toBeLessThan(runTolerance.losses);
    expect(relative).toBeGreaterThan(0);
  }
  await bench.gaps.start({ request, engine: 'gpu', from: 'step', steps: 10 });
  bench.gaps.cancel();
  expect(bench.gaps).toMatchObject({ isRunning: false, isDone: false });
  expect(run.snapshot.curves.loss.length).toBe(30);
}, 120_000);

test('checks run in a worker on a copy with a bug, and forget when the step changes', async () => {
  bench.plant((bugs) => bugs.find(({ name }) => name === 'unscaled scores')!, true);
  const nodes = ['layer0.attn_scores', 'layer0.q'];
  await bench.adjoints.start({ nodes, inputs: 'step', draw: 1 }, bench.bug);
  await vi.waitFor(() => expect(bench.adjoints.isDone).toBe(true), PATIENCE);
  const failed = bench.adjoints.found.filter(({ passes }) => !passes);
  expect(failed.map(({ node }) => node)).toEqual(['layer0.attn_scores']);
  bench.guess('linear');
  expect(bench.planted).toMatchObject({ isRevealed: false, guesses: ['linear'] });
  bench.guess('attention_scores');
  expect(bench.planted?.isRevealed).toBe(true);
  bench.uproot();
  expect(bench.adjoints.found).toEqual([]);
  await bench.adjoints.start({ nodes, inputs: 'step', draw: 1 }, bench.bug);
  await vi.waitFor(() => expect(bench.adjoints.isDone).toBe(true), PATIENCE);
  expect(bench.adjoints.found.every(({ passes }) => passes)).toBe(true);
  bench.open(await run.ask({ kind: 'outline', step: 21, seed: { of: 'loss' } }));
  expect(bench.adjoints.found).toEqual([]);
}, 120_000);

test('what a worker refuses is said', async () => {
  const cell = { tensor: 'wte', aspect: 'gradient', index: [0, 0] } as const;
  await bench.cell.start({ cell }, 'no such bug');
  await vi.waitFor(() => expect(bench.cell.error).not.toBeNull(), PATIENCE);
  expect(bench.cell.error).toContain('bug: needs one of the table');
});
