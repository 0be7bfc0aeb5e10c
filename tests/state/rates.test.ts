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

  it('scales the nearest measurement of the engine by the operations', () => {
    const rates = new Rates();
    rates.record({ engine: 'cpu', flopsPerStep: 100, stepsPerSecond: 1000 });
    rates.record({ engine: 'cpu', flopsPerStep: 10_000, stepsPerSecond: 20 });
    expect(rates.secondsPerStep('cpu', 100)).toBe(0.001);
    expect(rates.secondsPerStep('cpu', 200)).toBe(0.002);
    expect(rates.secondsPerStep('cpu', 20_000)).toBe(0.1);
  });

  it('tells the faster of GPU and CPU once both have trained steps of that size', () => {
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
    expect(list).toHaveLength(24);
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
