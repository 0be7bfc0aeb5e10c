/** Four f32 numbers at a time. */

/** Below this an f32 is subnormal, and arithmetic with it many times slower. */
export const SMALLEST_NORMAL: f32 = 1.17549435e-38;

/** a · b + c: one rounding where the device fuses it (relaxed SIMD), else two. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(c, f32x4.mul(a, b));
}

/** c − a · b. */
export function subtractProduct(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** (x₀ + x₂) + (x₁ + x₃). */
export function sumOf(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

export function maxOf(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** All bits of the lanes before the n-th. */
export function firstLanes(n: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n));
}

/**
 * eˣ, within 1.5 units in the last place; 0 below −87.33, where it would be subnormal, and e⁸⁸ above 88.
 * x = n · ln 2 + r with |r| ≤ ln 2 / 2, and eʳ by its Taylor series to r⁷.
 */
export function exp(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-87.33)), f32x4.splat(88));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(1.44269504)));
  let r = subtractProduct(n, f32x4.splat(0.693359375), bounded);
  r = subtractProduct(n, f32x4.splat(-2.1219444e-4), r);
  let p = multiplyAdd(r, f32x4.splat(1.0 / 5040), f32x4.splat(1.0 / 720));
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 120));
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 24));
  p = multiplyAdd(p, r, f32x4.splat(1.0 / 6));
  p = multiplyAdd(p, r, f32x4.splat(0.5));
  p = f32x4.add(multiplyAdd(f32x4.mul(r, r), p, r), f32x4.splat(1));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  // A comparison with NaN is false: what is no number stays none.
  const vanishes = f32x4.lt(x, f32x4.splat(-87.33));
  return v128.andnot(f32x4.mul(p, exponent), vanishes);
}

/**
 * Natural logarithm, within 2 units in the last place, or 2⁻²³ around 1; −∞ at 0 and below the normal numbers, NaN for
 * negative x. x = m · 2ⁿ with √½ ≤ m < √2, and ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), s = (m − 1) / (m + 1).
 */
export function log(x: v128): v128 {
  const bits = i32x4.sub(x, i32x4.splat(0x3f3504f3)); // √½
  const n = f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23));
  const mantissa = v128.and(bits, i32x4.splat(0x007fffff));
  const m = i32x4.add(mantissa, i32x4.splat(0x3f3504f3));
  const d = f32x4.sub(m, f32x4.splat(1));
  const s = f32x4.div(d, f32x4.add(m, f32x4.splat(1)));
  const z = f32x4.mul(s, s);
  let p = multiplyAdd(z, f32x4.splat(2.0 / 11), f32x4.splat(2.0 / 9));
  p = multiplyAdd(p, z, f32x4.splat(2.0 / 7));
  p = multiplyAdd(p, z, f32x4.splat(2.0 / 5));
  p = multiplyAdd(p, z, f32x4.splat(2.0 / 3));
  // ln m = d − s (d − z p): d is exact, and what is taken from it is small.
  const rest = f32x4.mul(s, f32x4.sub(d, f32x4.mul(z, p)));
  const low = multiplyAdd(n, f32x4.splat(-2.1219444e-4), f32x4.sub(f32x4.splat(0), rest));
  const ln = f32x4.add(multiplyAdd(n, f32x4.splat(0.693359375), d), low);
  const negative = f32x4.lt(x, f32x4.splat(0));
  const zero = f32x4.lt(x, f32x4.splat(SMALLEST_NORMAL));
  const special = v128.bitselect(f32x4.splat(NaN), f32x4.splat(-Infinity), negative);
  const isFinite = f32x4.lt(x, f32x4.splat(Infinity));
  return v128.bitselect(special, v128.bitselect(ln, x, isFinite), zero);
}

/** `exp` of one number. */
export function expOf(x: f32): f32 {
  return f32x4.extract_lane(exp(f32x4.splat(x)), 0);
}

/** `log` of one number. */
export function logOf(x: f32): f32 {
  return f32x4.extract_lane(log(f32x4.splat(x)), 0);
}
