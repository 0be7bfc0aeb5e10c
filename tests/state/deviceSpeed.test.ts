import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { devicePlan } from '../../src/lib/run/speed/speedPlan';
import type { MeasuredRow, SpeedFinding } from '../../src/lib/run/speed/speedReport';
import type { FromSpeedWorker } from '../../src/lib/run/speed/speedWorker';
import { DeviceSpeed } from '../../src/lib/state/deviceSpeed.svelte';
import { Rates } from '../../src/lib/state/rates.svelte';
import { stubLocalStorage } from './browserStubs';

/** A worker whose findings a test makes. */
class Worker {
  static newest: Worker;
  received: unknown[] = [];
  isTerminated = false;
  onmessage!: (event: { data: FromSpeedWorker }) => void;
  onerror!: (event: { message?: string; preventDefault(): void }) => void;

  constructor() {
    Worker.newest = this;
  }

  postMessage(message: unknown): void {
    this.received.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  find(...findings: SpeedFinding[]): void {
    for (const finding of findings) this.onmessage({ data: { type: 'found', finding } });
  }
}

const W3 = { id: 'W3', n_embd: 64, batch_size: 32, flopsPerStep: 1e9, tokensPerStep: 2048 };
const row = (entrant: MeasuredRow['entrant'], ...times: number[]): SpeedFinding => {
  const measured = { case: 'W3', entrant, workers: 1, opened: 9, times, failure: null };
  return { type: 'row', row: measured };
};

beforeEach(() => {
  stubLocalStorage();
  vi.stubGlobal('Worker', Worker);
  vi.stubGlobal('navigator', { userAgent: 'Firefox/153.0', hardwareConcurrency: 2 });
});
afterEach(() => vi.unstubAllGlobals());

describe('DeviceSpeed', () => {
  it('keeps what was measured, and feeds what runs are reckoned with: a batch on all cores', () => {
    const speed = new DeviceSpeed();
    expect(speed.report).toBeNull();
    speed.start();
    expect(Worker.newest.received).toEqual([devicePlan(2)]);
    Worker.newest.find({ type: 'case', measured: W3 }, row('simd', 90), row('crew', 50));
    Worker.newest.find(row('crew', 50, 40, 30), row('gpu', 20));
    expect(speed.isRunning).toBe(true);
    expect(speed.report!.rows).toHaveLength(3);
    Worker.newest.onmessage({ data: { type: 'done' } });
    expect(speed.isRunning).toBe(false);
    expect(Worker.newest.isTerminated).toBe(true);
    const kept = new DeviceSpeed().report!;
    expect(kept).toEqual(speed.report);
    expect(kept).toMatchObject({ browser: 'Firefox 153', cores: 2, isWhole: true });
    const rates = new Rates();
    expect(rates.secondsPerStep('simd', 1e9)).toBeCloseTo(0.04, 12);
    expect(rates.fastest({ flopsPerStep: 1e9 })).toBe('gpu');
  });

  it('keeps what it has when it is canceled, and says that it is a part', () => {
    const speed = new DeviceSpeed();
    speed.start();
    Worker.newest.find({ type: 'case', measured: W3 }, row('simd', 90));
    speed.cancel();
    expect(new DeviceSpeed().report).toMatchObject({ isWhole: false, rows: [{ times: [90] }] });
    expect(speed.doing).toBeNull();
  });

  it('keeps what was there when it is canceled before anything was measured', () => {
    const speed = new DeviceSpeed();
    speed.start();
    Worker.newest.find({ type: 'case', measured: W3 }, row('simd', 90));
    speed.cancel();
    speed.start();
    Worker.newest.find({ type: 'case', measured: W3 }, row('simd'));
    expect(speed.report!.rows[0].times).toEqual([]);
    speed.cancel();
    expect(speed.report!.rows[0].times).toEqual([90]);
  });

  it('hears only the newest worker', () => {
    const speed = new DeviceSpeed();
    speed.start();
    const old = Worker.newest;
    speed.start();
    old.find({ type: 'case', measured: W3 });
    expect(old.isTerminated).toBe(true);
    expect(speed.report!.cases).toEqual([]);
  });

  it('tells how much is left once enough is done to tell', () => {
    const speed = new DeviceSpeed();
    const doing = { case: 'W3', entrant: 'gpu', round: 1 } as const;
    vi.spyOn(performance, 'now').mockReturnValueOnce(0).mockReturnValue(10_000);
    speed.start();
    Worker.newest.find({ type: 'doing', doing: { ...doing, share: 0.05 } });
    expect(speed.secondsLeft).toBeNull();
    Worker.newest.find({ type: 'doing', doing: { ...doing, share: 0.25 } });
    expect(speed.secondsLeft).toBeCloseTo(30, 9);
    vi.restoreAllMocks();
  });

  it('says why it gave up', () => {
    const speed = new DeviceSpeed();
    speed.start();
    Worker.newest.onmessage({ data: { type: 'failed', error: 'a reason' } });
    expect(speed.error).toBe('a reason');
    speed.start();
    expect(speed.error).toBeNull();
    Worker.newest.onerror({ preventDefault: () => {} });
    expect(speed.error).toMatch(/^worker: needs to run/);
    expect(speed.isRunning).toBe(false);
  });

  it('forgets report and rates', () => {
    const speed = new DeviceSpeed();
    speed.start();
    Worker.newest.find({ type: 'case', measured: W3 }, row('simd', 90));
    speed.cancel();
    speed.clear();
    expect(speed.report).toBeNull();
    expect(new DeviceSpeed().report).toBeNull();
    expect(new Rates().secondsPerStep('simd', 1e9)).toBeNull();
  });
});
