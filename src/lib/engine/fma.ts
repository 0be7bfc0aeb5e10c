import { exactProduct, exactSum } from './doubleDouble';

/**
 * a · b + c rounded once, as a processor's fused multiply–add does, wherever no part of it overflows or falls below
 * 2^−969. After Boldo and Melquiond, “Emulation of a FMA and correctly rounded sums” (2008): rounding the small part to
 * odd keeps the last addition from rounding twice.
 */
export function fma(a: number, b: number, c: number): number {
  const product = exactProduct(a, b);
  const low = exactSum(c, product.lo);
  const high = exactSum(product.hi, low.hi);
  return high.hi + sumToOdd(low.lo, high.lo);
}

const bits = new DataView(new ArrayBuffer(8));

/** a + b where a double holds it; else that neighbour of it whose last bit is 1. */
function sumToOdd(a: number, b: number): number {
  const { hi, lo } = exactSum(a, b);
  if (lo === 0) return hi;
  bits.setFloat64(0, hi);
  const last = bits.getUint32(4);
  if (last & 1) return hi;
  // An even hi is odd one double onwards, outwards or towards 0; only towards 0 can it borrow from the upper word.
  if (lo > 0 === hi > 0) bits.setUint32(4, last + 1);
  else bits.setBigUint64(0, bits.getBigUint64(0) - 1n);
  return bits.getFloat64(0);
}
