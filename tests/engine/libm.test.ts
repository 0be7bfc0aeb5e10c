import { describe, expect, test } from 'vitest';
import { cos, log, sin } from '$lib/engine/libm';
import recorded from '../reference/libm.json';
import exact from '../reference/math.json';
import { ulp } from './closeness';

/** What glibc's own are within: cos next to π/2, where it is nearly 0, is the worst. */
const MAX_ULPS = { log: 0.52, sin: 0.55, cos: 0.57 };

const functions = { log, sin, cos };

describe.each(['log', 'sin', 'cos'] as const)('%s', (name) => {
  const compute = functions[name];

  test("gives the bits of Python's C library, also where they are not the nearest", () => {
    const rows = recorded[name];
    expect(rows.length).toBeGreaterThanOrEqual(120);
    expect(rows.filter(([x, needed]) => !Object.is(compute(x), needed))).toEqual([]);
  });

  test(`is within ${MAX_ULPS[name]} ulp of the exact value`, () => {
    for (const [x, nearest, rest] of exact[name]) {
      const ulps = Math.abs((compute(x) - nearest) / ulp(nearest) - rest);
      expect(ulps, `${name}(${x})`).toBeLessThanOrEqual(MAX_ULPS[name]);
    }
  });
});

describe('special values', () => {
  test.each([
    ['log(1)', log(1), 0],
    ['log(0)', log(0), -Infinity],
    ['log(−0)', log(-0), -Infinity],
    ['log(−1)', log(-1), NaN],
    ['log(−∞)', log(-Infinity), NaN],
    ['log(∞)', log(Infinity), Infinity],
    ['log(NaN)', log(NaN), NaN],
    ['sin(0)', sin(0), 0],
    ['sin(−0)', sin(-0), -0],
    ['cos(0)', cos(0), 1],
    ['sin(NaN)', sin(NaN), NaN],
    ['cos(NaN)', cos(NaN), NaN],
    ['sin(∞)', sin(Infinity), NaN],
    ['cos(−∞)', cos(-Infinity), NaN]
  ])('%s', (_, got, needed) => {
    expect(got).toBe(needed);
  });
});
