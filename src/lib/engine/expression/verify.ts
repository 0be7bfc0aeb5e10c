import { evaluate } from './evaluate';
import type { Explanation } from './explain';
import { roundingOf, type Precision } from './rounding';

/** A number of an engine beside the same in f64, from the numbers that the engine computed it from. */
export interface Verification {
  readonly stored: number;
  readonly recomputed: number;
  /** stored − recomputed */
  readonly difference: number;
  /** |difference| in units of the last place, in the engine's precision. */
  readonly ulp: number;
  /** The most that rounding alone can make of |difference|. */
  readonly rounding: number;
}

/** Recomputes a number in f64. `precision` is that of the engine that traced it: f64 for `cpu`, else f32. */
export function verify(explanation: Explanation, precision: Precision): Verification {
  const { stored, expression } = explanation;
  const recomputed = evaluate(expression);
  const difference = stored === recomputed ? 0 : stored - recomputed;
  const ulp = Math.abs(difference) / ulpOf(recomputed, precision);
  return { stored, recomputed, difference, ulp, rounding: roundingOf(expression, precision) };
}

/** The distance from |x|, as the precision holds it, to the next larger number. */
export function ulpOf(x: number, precision: Precision): number {
  if (precision === 'f64') {
    const reals = Float64Array.of(Math.abs(x));
    new BigInt64Array(reals.buffer)[0]++;
    return reals[0] - Math.abs(x);
  }
  const reals = Float32Array.of(Math.abs(x));
  new Int32Array(reals.buffer)[0]++;
  return reals[0] - Math.fround(Math.abs(x));
}
