import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rates } from '../../src/lib/state/rates.svelte';
import { stubLocalStorage } from './browserStubs';

let kept: Map<string, string>;
beforeEach(() => (kept = stubLocalStorage()));
afterEach(() => vi.unstubAllGlobals());

describe('Rates', () => {
  it('knows nothing before anything was measured', () => {
    const rates = new Rates();
    expect(rates.secondsPerStep('cpu', 100)).toBeNull();
    rates.record({ engine: 'gpu', flopsPerStep: 100, stepsPerSecond: 10 });
    expect(rates.secondsPerStep('cpu', 100)).toBeNull();
  });

  it('lies between measurements on a straight line of logarithms, and in proportion outside', () => {
    const rates = new Rates();
    rates.record({ engine: 'cpu', flopsPerStep: 100, stepsPerSecond: 1000 });
    rates.record({ engine: 'cpu', flopsPerStep: 10_000, stepsPerSecond: 20 });
    expect(rates.secondsPerStep('cpu', 100)).toBe(0.001);
    expect(rates.secondsPerStep('cpu', 1000)).toBeCloseTo(Math.sqrt(0.001 * 0.05), 12);
    expect(rates.secondsPerStep('cpu', 50)).toBe(0.0005);
    expect(rates.secondsPerStep('cpu', 20_000)).toBe(0.1);
  });

  it('tells the faster of GPU and CPU once both have trained steps of about that size', () => {
    const rates = new Rates();
    const cost = { flopsPerStep: 1000 };
    rates.record({ engine: 'gpu', flopsPerStep: 1000, stepsPerSecond: 10 });
    rates.record({ engine: 'simd', flopsPerStep: 5000, stepsPerSecond: 50 });
    expect(rates.fastest(cost)).toBeUndefined();
    rates.record({ engine: 'simd', flopsPerStep: 1100, stepsPerSecond: 50 });
    expect(rates.fastest(cost)).toBe('simd');
    rates.record({ engine: 'gpu', flopsPerStep: 1000, stepsPerSecond: 60 });
    expect(rates.fastest(cost)).toBe('gpu');
    expect(rates.fastest(null)).toBeUndefined();
  });

  it('tells the faster at each size of a device that was measured', () => {
    const rates = new Rates();
    for (const [engine, speeds] of [
      ['simd', [900, 100, 11]],
      ['gpu', [300, 200, 100]]
    ] as const) {
      rates.record(
        ...speeds.map((stepsPerSecond, i) => ({ engine, flopsPerStep: 4 ** i, stepsPerSecond }))
      );
    }
    const at = (flopsPerStep: number) => rates.fastest({ flopsPerStep });
    expect([0.5, 1, 2, 4, 16, 40].map(at)).toEqual(['simd', 'simd', 'simd', 'gpu', 'gpu', 'gpu']);
    expect([0.1, 100].map(at)).toEqual([undefined, undefined]);
  });

  it('sees what another tab has kept, and keeps it', () => {
    const [here, there] = [new Rates(), new Rates()];
    there.record({ engine: 'gpu', flopsPerStep: 8, stepsPerSecond: 4 });
    here.record({ engine: 'cpu', flopsPerStep: 8, stepsPerSecond: 2 });
    expect(here.secondsPerStep('gpu', 8)).toBe(0.25);
    expect(there.secondsPerStep('cpu', 8)).toBe(0.5);
  });

  it('lasts as long as the page where nothing can be kept', () => {
    stubLocalStorage({ refuse: true });
    const rates = new Rates();
    rates.record({ engine: 'gpu', flopsPerStep: 8, stepsPerSecond: 4 });
    expect(rates.secondsPerStep('gpu', 8)).toBe(0.25);
    rates.forget();
    expect(rates.secondsPerStep('gpu', 8)).toBeNull();
  });

  it('is there again after a reload', () => {
    new Rates().record({ engine: 'gpu', flopsPerStep: 8, stepsPerSecond: 4 });
    expect(new Rates().secondsPerStep('gpu', 8)).toBe(0.25);
  });

  it('lets a newer measurement of the same size replace the older', () => {
    const rates = new Rates();
    rates.record({ engine: 'cpu', flopsPerStep: 1000, stepsPerSecond: 1 });
    rates.record({ engine: 'cpu', flopsPerStep: 1001, stepsPerSecond: 2 });
    expect(rates.secondsPerStep('cpu', 1000)).toBeCloseTo(0.5, 2);
    expect(JSON.parse(kept.get('microgpt-lab.rates')!)).toHaveLength(1);
  });

  it('keeps the engines apart', () => {
    const rates = new Rates();
    rates.record({ engine: 'cpu', flopsPerStep: 1000, stepsPerSecond: 1 });
    rates.record({ engine: 'gpu', flopsPerStep: 1000, stepsPerSecond: 2 });
    expect(rates.secondsPerStep('cpu', 1000)).toBe(1);
    expect(rates.secondsPerStep('gpu', 1000)).toBe(0.5);
  });

  it('keeps no more than the newest measurements', () => {
    const rates = new Rates();
    for (let n = 0; n < 100; n += 1) {
      rates.record({ engine: 'cpu', flopsPerStep: 2 ** n, stepsPerSecond: 1 });
    }
    const list = JSON.parse(kept.get('microgpt-lab.rates')!) as { flopsPerStep: number }[];
    expect(list).toHaveLength(48);
    expect(list.at(-1)!.flopsPerStep).toBe(2 ** 99);
  });

  it.each([
    'no JSON',
    '{}',
    'null',
    '[null, 3, {"engine":"cpu","flopsPerStep":-1,"stepsPerSecond":1}]',
    '[{"engine":"cpu","flopsPerStep":"8","stepsPerSecond":1}]'
  ])('ignores what is not a measurement: %s', (text) => {
    kept.set('microgpt-lab.rates', text);
    expect(new Rates().secondsPerStep('cpu', 8)).toBeNull();
  });

  it.each([NaN, 0, Infinity, -1])('records no speed of %d', (stepsPerSecond) => {
    const rates = new Rates();
    rates.record({ engine: 'cpu', flopsPerStep: 8, stepsPerSecond });
    expect(rates.secondsPerStep('cpu', 8)).toBeNull();
  });
});
