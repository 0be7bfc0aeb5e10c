import { afterEach, expect, test, vi } from 'vitest';
import { buildCorpus } from '$lib/run/corpus';
import type { RunRequest } from '$lib/run/protocol';
import { defaultSettings, type Settings } from '$lib/run/settings';
import { groupsAndAll, type TokenPart } from '$lib/run/updateQuestions';
import { Run } from '$lib/state/run.svelte';

const corpus = buildCorpus('test', 'Test', 'emma\nolivia\nava\nisabella\nsophia\ncharlotte');
const PATIENCE = { timeout: 60_000, interval: 5 };
const STEPS = 30;
const STEP = 17;
const at = { step: STEP, seed: { of: 'loss' } } as const;

const runs: Run[] = [];
afterEach(() => runs.splice(0).forEach((run) => run.close()));

async function train(request: RunRequest): Promise<Run> {
  const run = Run.open(request);
  runs.push(run);
  await vi.waitFor(() => expect(run.snapshot.status).toBe('paused'), PATIENCE);
  run.command({ type: 'run' });
  await vi.waitFor(() => expect(run.snapshot.status).toBe('completed'), PATIENCE);
  return run;
}

const settings: Settings = {
  ...defaultSettings,
  engine: 'gpu',
  num_steps: STEPS,
  sample_interval: 0,
  sample_count: 1
};

test(
  'on the GPU: an update is told, shared among tokens and split',
  { timeout: 120_000 },
  async () => {
    const run = await train({ settings, corpus });
    const update = await run.ask({ kind: 'update', ...at });
    expect(update).toMatchObject({ engine: 'gpu', exact: true, overflow: null });
    const parts: TokenPart[] = [];
    while (parts.length < update.tokens.length) {
      parts.push(...(await run.ask({ kind: 'tokenParts', ...at, from: parts.length })));
    }
    for (const group of groupsAndAll) {
      const sum = parts.reduce((total, { share }) => total + share[group], 0);
      expect(Math.abs(sum - 1)).toBeLessThan(1e-3);
    }
    const weight = { parameter: 'layer0.attn_wq', row: 3, column: 5 };
    const told = await run.ask({ kind: 'weight', ...at, weight });
    expect(told.ulp).toBeLessThanOrEqual(2);
    const life = await run.ask({ kind: 'biography', ...at, weight, from: STEP });
    expect(life).toMatchObject([{ step: STEP, value: told.before.w, gradient: told.before.g }]);
    const { lines } = await run.ask({ kind: 'ledger', ...at });
    expect(lines.at(-1)!.predicted).toBeCloseTo(update.promised.all, 12);
  }
);

test('on the GPU: a branch without edits goes on bit for bit', { timeout: 120_000 }, async () => {
  const parent = await train({ settings, corpus });
  const { curves, engine } = parent.snapshot;
  expect(engine).toBe('gpu');
  const wish = { edits: [], moments: 'kept' } as const;
  const state = await parent.ask({ kind: 'branchState', ...at, wish });
  const origin = { ...wish, of: parent.id, step: STEP - 1 };
  const branch = await train({ settings, corpus, branch: { ...origin, state, curves } });
  expect(branch.snapshot.branch).toEqual(origin);
  expect(branch.snapshot.curves).toEqual(curves);

  const edits = [{ parameter: 'lm_head', row: 1, column: 2, before: 0, after: 3 }];
  const edited = await parent.ask({ kind: 'branchState', ...at, wish: { ...wish, edits } });
  const trial = await parent.ask({ kind: 'trial', ...at, edits });
  const other = await train({
    ...{ settings, corpus },
    branch: { ...origin, edits, state: edited, curves }
  });
  const first = other.snapshot.curves.loss[STEP - 1];
  expect(first).not.toBe(curves.loss[STEP - 1]);
  expect(Math.abs(first / trial.after - 1)).toBeLessThan(1e-5);
});
