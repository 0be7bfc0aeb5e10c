import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { DeviceSpeed } from '$lib/state/deviceSpeed.svelte';
import type { SpeedPlan } from '$lib/run/speed/speedPlan';

const tiny = { n_layer: 1, n_embd: 8, n_head: 2, block_size: 16, batch_size: 1 };
/** Long enough for two shards, so that a crew is asked for. */
const batch = { ...tiny, block_size: 64, batch_size: 2 };
const shared = { onNames: false, rounds: 2, isFresh: false };
const plan: SpeedPlan = {
  cases: [
    { ...shared, id: 'tiny', sizes: tiny, entrants: ['simd', 'gpu', 'cpu'], isFresh: true },
    { ...shared, id: 'batch', sizes: batch, entrants: ['simd', 'crew', 'gpu'] },
    { ...shared, id: 'W1', sizes: tiny, onNames: true, entrants: ['simd'] }
  ],
  milliseconds: 5,
  limit: 500,
  late: 1e6
};

/** Milliseconds: three devices are opened, and their kernels compiled. */
const PATIENCE = 50_000;

let kept: string | null;
beforeAll(() => (kept = localStorage.getItem('microgpt-lab.speed')));
afterAll(() => {
  if (kept === null) localStorage.removeItem('microgpt-lab.speed');
  localStorage.removeItem('microgpt-lab.rates');
});

test(
  'the worker measures every engine on every case, on real engines',
  async () => {
    const speed = new DeviceSpeed();
    speed.start(plan);
    await vi.waitFor(() => expect(speed.isRunning).toBe(false), { timeout: PATIENCE });
    expect(speed.error).toBeNull();
    const { engines, cases, rows, isWhole } = speed.report!;
    expect(isWhole).toBe(true);
    expect(engines.map(({ entrant }) => entrant)).toEqual(['simd', 'crew', 'gpu', 'cpu']);
    const isHere = new Set(engines.flatMap(({ entrant, device }) => (device ? [entrant] : [])));
    const wanted = plan.cases.flatMap(({ id, entrants }) =>
      entrants.filter((entrant) => isHere.has(entrant)).map((entrant) => `${id} ${entrant}`)
    );
    expect(isHere).toContain('gpu');
    expect(rows.map((row) => `${row.case} ${row.entrant}`)).toEqual(wanted);
    for (const { case: id, times, opened, failure } of rows) {
      expect(failure).toBeNull();
      if (id === 'tiny') expect(opened).toBeGreaterThan(0);
      else expect(opened).toBeNull();
      expect(times).toHaveLength(2);
      for (const ms of times) expect(ms).toBeGreaterThan(0);
    }
    const [, , W1] = cases;
    expect(W1.tokensPerStep).toBeGreaterThan(4);
    expect(W1.tokensPerStep).toBeLessThan(10);
  },
  PATIENCE + 5000
);
