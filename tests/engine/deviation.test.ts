import { describe, expect, test } from 'vitest';
import { describeDeviation, worstDeviation } from '$lib/engine/deviation';

const near = { rtol: 0.01, atol: 0.5 };

describe('the worst deviation', () => {
  test('is the one farthest beyond what is allowed there', () => {
    const { index, error, allowed, share } = worstDeviation([100.9, 1.4], [100, 1], near);
    expect(index).toBe(1);
    expect(error).toBeCloseTo(0.4, 12);
    expect(allowed).toBeCloseTo(0.51, 12);
    expect(share).toBeCloseTo(0.4 / 0.51, 12);
  });

  test.each([
    ['first', [NaN, 2, 9]],
    ['last', [9, 2, NaN]]
  ])('is what is no number, %s', (place, actual) => {
    const { index, share } = worstDeviation(actual, [1, 2, 3], near);
    expect(index).toBe(place === 'first' ? 0 : 2);
    expect(share).toBe(Infinity);
  });

  test('is infinite where nothing is allowed and 0 where nothing is off', () => {
    const none = { rtol: 0, atol: 0 };
    expect(worstDeviation([1, 2.5], [1, 2], none)).toMatchObject({ index: 1, share: Infinity });
    expect(worstDeviation([1, 2], [1, 2], none).share).toBe(0);
    expect(worstDeviation([], [], none).index).toBe(-1);
  });

  test('is not told for arrays of two lengths', () => {
    expect(() => worstDeviation([1], [1, 2], near)).toThrow('deviation: needs 2 numbers, got 1');
  });
});

test('a deviation in words names limit, distance, index and both numbers', () => {
  const deviation = worstDeviation([1, 2.75], [1, 2], { rtol: 0, atol: 0.25 });
  expect(describeDeviation(deviation)).toBe('|Δ| ≤ 2.50e-1, got 7.50e-1 at 1: 2.75 for 2');
});
