/** The number of a tensor that is farthest from what it should be, in shares of what is allowed. */
export interface Deviation {
  /** −1 where there is nothing to compare. */
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
  /** |actual − expected| */
  readonly error: number;
  readonly allowed: number;
  /** error / allowed: above 1 is too far. */
  readonly share: number;
}

/** Finds the worst of |actual − expected| ≤ atol + rtol · |expected|; what is no number is infinitely far. */
export function worstDeviation(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { rtol, atol }: { readonly rtol: number; readonly atol: number }
): Deviation {
  if (actual.length !== expected.length) {
    throw new RangeError(`deviation: needs ${expected.length} numbers, got ${actual.length}`);
  }
  let worst: Deviation = { index: -1, actual: 0, expected: 0, error: 0, allowed: 0, share: 0 };
  for (let index = 0; index < expected.length; index++) {
    const error = distance(actual[index], expected[index]);
    const allowed = atol + rtol * Math.abs(expected[index]);
    const share = error === 0 ? 0 : error / allowed;
    if (index > 0 && share <= worst.share) continue;
    worst = { index, actual: actual[index], expected: expected[index], error, allowed, share };
  }
  return worst;
}

/** A deviation in words: `|Δ| ≤ 1.2e-7, got 3e-4 at 17: 0.5003 for 0.5`. */
export function describeDeviation(deviation: Deviation): string {
  const { index, actual, expected, error, allowed } = deviation;
  return `|Δ| ≤ ${allowed.toExponential(2)}, got ${error.toExponential(2)} at ${index}: ${actual} for ${expected}`;
}

function distance(actual: number, expected: number): number {
  const error = Math.abs(actual - expected);
  return Number.isNaN(error) ? Infinity : error;
}
