import { describe, expect, test } from 'vitest';
import { exp, power } from '$lib/engine/math';
import exact from '../reference/math.json';
import { ulp } from './closeness';

/** Exact results are 0.5 ulp from the nearest double at worst, so 0.51 leaves 0.01 ulp to the function itself. */
const MAX_ULPS = 0.51;

const functions = { exp, power };

describe.each(Object.keys(functions) as (keyof typeof functions)[])('%s', (name) => {
  const compute: (...args: [number, number]) => number = functions[name];

  test(`is within ${MAX_ULPS} ulp of the exact value`, () => {
    let worst = { ulps: -1, args: [NaN] as number[] };
    for (const row of exact[name]) {
      const args = row.slice(0, -2) as [number, number];
      const [nearest, rest] = row.slice(-2);
      const ulps = Math.abs((compute(...args) - nearest) / ulp(nearest) - rest);
      if (!(ulps <= worst.ulps)) worst = { ulps, args };
    }
    console.log(`${name}: worst ${worst.ulps.toFixed(4)} ulp, at ${worst.args.join(', ')}`);
    expect(worst.ulps, `${name}(${worst.args.join(', ')})`).toBeLessThanOrEqual(MAX_ULPS);
  });
});

describe('special values', () => {
  test.each([
    ['exp(0)', exp(0), 1],
    ['exp(−0)', exp(-0), 1],
    ['exp(−745.14): below half the smallest double', exp(-745.14), 0],
    ['exp(−10³⁰): a masked score', exp(-1e30), 0],
    ['exp(−∞)', exp(-Infinity), 0],
    ['exp(709.79): above the largest double', exp(709.79), Infinity],
    ['exp(∞)', exp(Infinity), Infinity],
    ['exp(NaN)', exp(NaN), NaN],
    ['power(0, 0)', power(0, 0), 1],
    ['power(0, 3)', power(0, 3), 0],
    ['power(1, 2000)', power(1, 2000), 1],
    ['power(0.1, 2000): underflow', power(0.1, 2000), 0]
  ])('%s', (_, got, needed) => {
    expect(got).toBe(needed);
  });

  test('exp rises with its argument across the border of subnormal numbers', () => {
    let before = exp(-708.6);
    for (let x = -708.6; x < -708.2; x += 1e-4) {
      expect(exp(x)).toBeGreaterThanOrEqual(before);
      before = exp(x);
    }
  });
});
