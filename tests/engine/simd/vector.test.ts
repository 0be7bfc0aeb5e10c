import { describe, expect, test } from 'vitest';
import { Random } from '$lib/engine/random';
import { instantiate } from '$lib/engine/simd/module';
import { modules } from './modules';

/** Units in the last place of an f32 that a result is off by. */
function ulps(actual: number, expected: number): number {
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(expected))) - 23);
  return Math.abs(actual - expected) / unit;
}

function worst(f: (x: number) => number, reference: (x: number) => number, xs: Float32Array) {
  return xs.reduce((max, x) => Math.max(max, ulps(f(x), reference(x))), 0);
}

const random = new Random(1);
const draw = (low: number, high: number) =>
  Float32Array.from({ length: 100_000 }, () => low + (high - low) * random.random());

describe.each(modules)('$kind SIMD', async (module) => {
  const kernels = await instantiate(module);
  const expOf = (x: number) => kernels.expOf(x);
  const logOf = (x: number) => kernels.logOf(x);

  test('exp is within 1.5 units in the last place wherever the result is normal', () => {
    expect(worst(expOf, Math.exp, draw(-87.3, 0))).toBeLessThan(1.5);
    expect(worst(expOf, Math.exp, draw(-1, 1))).toBeLessThan(1.5);
    expect(worst(expOf, Math.exp, draw(0, 88))).toBeLessThan(1.5);
  });

  test('exp is exactly 1 at 0, 0 where it would be subnormal, NaN of NaN', () => {
    expect([0, -87.4, -1e30, -Infinity, NaN].map(expOf)).toEqual([1, 0, 0, 0, NaN]);
  });

  test('log is within 2 units in the last place of all probabilities', () => {
    const powers = draw(-87, 0).map((x) => Math.exp(x));
    expect(worst(logOf, Math.log, powers)).toBeLessThan(2);
    expect(worst(logOf, Math.log, draw(0.001, 0.9))).toBeLessThan(2);
    expect(worst(logOf, Math.log, draw(1.1, 1000))).toBeLessThan(2);
  });

  test('log is within 2⁻²³ around 1', () => {
    const off = draw(0.7, 1.5).map((x) => Math.abs(logOf(x) - Math.log(x)));
    expect(off.reduce((a, b) => Math.max(a, b))).toBeLessThan(2 ** -23);
  });

  test('log is 0 at 1, −∞ at 0, ∞ of ∞ and NaN of what has none', () => {
    expect([1, 0, Infinity, -1, NaN].map(logOf)).toEqual([0, -Infinity, Infinity, NaN, NaN]);
  });
});
