/** How far numbers are from what they should be. */

/** The distance from |x| to the next larger double. */
export function ulp(x: number): number {
  const bits = new BigInt64Array(new Float64Array([Math.abs(x)]).buffer);
  const [next] = new Float64Array(new BigInt64Array([bits[0] + 1n]).buffer);
  return next - Math.abs(x);
}

/** A distance and the index at which it was found; −1 for nothing to compare. */
export interface Worst {
  readonly error: number;
  readonly index: number;
}

/** The largest |actual − expected|, relative to the largest |expected|; NaN anywhere is infinitely far. */
export function worstError(actual: ArrayLike<number>, expected: ArrayLike<number>): Worst {
  if (actual.length !== expected.length) {
    throw new RangeError(
      `worstError: needs arrays of one length, got ${actual.length} and ${expected.length}`
    );
  }
  let scale = 0;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]));
  let worst: Worst = { error: 0, index: -1 };
  for (let index = 0; index < expected.length; index++) {
    const distance = Math.abs(actual[index] - expected[index]);
    const error = distance === 0 ? 0 : distance / scale;
    if (!(error <= worst.error)) worst = { error: Number.isNaN(error) ? Infinity : error, index };
  }
  return worst;
}
