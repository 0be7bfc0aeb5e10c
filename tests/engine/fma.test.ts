import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fma } from '$lib/engine/fma';

/** a · b + c for whole numbers, exact until Number rounds it to the nearest double, to even from the middle. */
function exactly(a: number, b: number, c: number): number {
  return Number(BigInt(a) * BigInt(b) + BigInt(c));
}

/** Whole numbers of up to 53 bits, times 2 to a power of up to `most`. */
function whole(most: number) {
  const parts = fc.tuple(fc.maxSafeInteger(), fc.nat(52), fc.nat(most));
  return parts.map(([n, less, more]) => Math.trunc(n / 2 ** less) * 2 ** more);
}

test('rounds a · b + c once', () => {
  fc.assert(
    fc.property(whole(0), whole(0), whole(70), (a, b, c) => {
      expect(fma(a, b, c) + 0).toBe(exactly(a, b, c) + 0);
    }),
    { numRuns: 5000 }
  );
});

test('next to the middle of two doubles the smallest part decides', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2 ** 52, max: 2 ** 53 - 1 }), fc.nat(5), (n, j) => {
      // doubles at n · 2⁶⁰ are 2⁶⁰ apart, and a · b = ± (2⁵⁹ − 2j²)
      for (const a of [2 ** 30 - 2 * j, 2 * j - 2 ** 30]) {
        const [b, c] = [2 ** 29 + j, n * 2 ** 60];
        expect(fma(a, b, c)).toBe(exactly(a, b, c));
      }
    })
  );
});
