import { fma } from './fma';
import { LOG, LOG_C, LOG_NEAR_1, RECIPROCALS, SINES } from './libmTables';

/**
 * log, sin and cos with the bits that Python prints: those of the GNU C library (2.28 and later) on x86-64 processors
 * with a fused multiply–add, on which microgpt.py's runs were recorded. Initial weights are made of them, and so come
 * out as microgpt.py's to the last bit. Correct rounding would not do: the library is within 0.57 ulp of the exact
 * value, and about 1 result in 1,000 is not the nearest double.
 *
 * The methods are published: log by a table of 128 reciprocals and a short polynomial (Arm Optimized Routines, MIT),
 * sin and cos by a table at multiples of 1/128 and short Taylor-like polynomials (Gal and Bachelis, “An accurate
 * elementary mathematical library”, 1991). Which products are fused was read off the compiled library.
 */

const bits = new DataView(new ArrayBuffer(8));

/** Natural logarithm of x; −∞ at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x === Infinity ? x : NaN;
  if (x >= 0.9375 && x < 1.064697265625) return logNear1(x - 1);
  const subnormal = x < 2 ** -1022;
  const [z, k] = splitAtPowerOf2(subnormal ? x * 2 ** 52 : x);
  return logOfParts(z, subnormal ? k - 52 : k);
}

/** A normal x > 0 as z · 2ᵏ with 0.6875 ≤ z < 1.375. */
function splitAtPowerOf2(x: number): [z: number, k: number] {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  const k = (high - 0x3fe60000) >> 20;
  bits.setUint32(0, high - (k << 20));
  return [bits.getFloat64(0), k];
}

/** ln (z · 2ᵏ) = k ln 2 + ln c + ln (1 + r) with r = z/c − 1, c the middle of the part of the table that z is in. */
function logOfParts(z: number, k: number): number {
  const i = z < 1 ? Math.floor((z - 0.6875) * 256) : 80 + Math.floor((z - 1) * 128);
  const r = fma(z, RECIPROCALS[i], -1);
  const { LN2_HI, LN2_LO, A } = LOG;
  const w = k * LN2_HI + LOG_C[i];
  const hi = w + r;
  const r2 = r * r;
  const lo = fma(r2, A[0], fma(k, LN2_LO, w - hi + r));
  return fma(r * r2, fma(fma(r, A[4], A[3]), r2, fma(A[2], r, A[1])), lo) + hi;
}

/** ln (1 + r): r − r²/2 in two doubles, then the higher powers. */
function logNear1(r: number): number {
  const B = LOG_NEAR_1;
  const r2 = r * r;
  const r3 = r * r2;
  const last = fma(r3, B[10], fma(r2, B[9], fma(B[8], r, B[7])));
  const middle = fma(r2, B[6], fma(B[5], r, B[4]));
  const first = fma(r2, B[3], fma(B[2], r, B[1]));
  const powers = fma(fma(last, r3, middle), r3, first);
  const upper = fma(-(2 ** 27), r, fma(r, 2 ** 27, r)); // the first 26 bits of r
  const square = upper * upper;
  const hi = fma(square, B[0], r);
  const lo = fma(B[0] * (r - upper), r + upper, fma(square, B[0], r - hi));
  return hi + fma(powers, r3, lo);
}

/** Adding these rounds to a multiple of 1 and of 1/128. */
const TO_INTEGER = 1.5 * 2 ** 52;
const TO_128TH = 1.5 * 2 ** 45;

/** π/2 as the nearest double and the rest, then in four parts of 30 bits and less, so that n times a part is exact. */
const HALF_PI = 1.5707963267948966;
const HALF_PI_REST = 6.123233995736766e-17;
const HALF_PI_PARTS = [
  1.5707963407039642, -1.3909067564377153e-8, -4.97899623147991e-17, -1.9034889620193266e-25
] as const;

/** Up to here an angle is its own rest; up to 2.426… it is taken from π/2; beyond, whole quarters are taken off. */
const SMALL_ANGLE = 0.85546875;
const MIDDLE_ANGLE = 2.4262638092041016;

/** Sine of x, for 0 ≤ |x| ≤ 1e5. */
export function sin(x: number): number {
  const angle = Math.abs(x);
  if (angle < 2 ** -26) return x;
  if (angle < SMALL_ANGLE) return sinOfRest(x, 0);
  if (angle < MIDDLE_ANGLE) return Math.sign(x) * cosOfRest(HALF_PI - angle, HALF_PI_REST);
  return sinOfQuarters(x, 0);
}

/** Cosine of x, for 0 ≤ |x| ≤ 1e5. */
export function cos(x: number): number {
  const angle = Math.abs(x);
  if (angle < 2 ** -27) return 1;
  if (angle < SMALL_ANGLE) return cosOfRest(x, 0);
  if (angle >= MIDDLE_ANGLE || x !== x) return sinOfQuarters(x, 1);
  const gap = HALF_PI - angle;
  const rest = gap + HALF_PI_REST;
  return sinOfRest(rest, gap - rest + HALF_PI_REST);
}

/** Sine of x + turn · π/2. */
function sinOfQuarters(x: number, turn: 0 | 1): number {
  const n = fma(x, 2 / Math.PI, TO_INTEGER) - TO_INTEGER;
  const [p1, p2, p3, p4] = HALF_PI_PARTS;
  const upper = fma(-n, p2, fma(-n, p1, x));
  const middle = fma(-n, p3, upper);
  const rest = fma(-n, p4, middle);
  const tail = fma(-p3, n, upper - middle) + fma(-n, p4, middle - rest);
  const quarter = (n + turn) & 3;
  const value = quarter & 1 ? cosOfRest(rest, tail) : sinOfRest(rest, tail);
  return quarter & 2 ? -value : value;
}

/** sin (x + dx) for |x| < 0.8555, dx far below an ulp of x. */
function sinOfRest(x: number, dx: number): number {
  if (Math.abs(x) < 0.126) {
    const z = x * x;
    const [s1, s2, s3, s4, s5] = SINES.TAYLOR;
    const powers = fma(fma(fma(fma(s5, z, s4), z, s3), z, s2), z, s1);
    return x + fma(z, fma(powers, x, -0.5 * dx), dx);
  }
  const sign = x < 0 ? -1 : 1;
  const at = nearest128th(Math.abs(x));
  const r = Math.abs(x) - at;
  const z = r * r;
  const sine = r + fma(r * z, sinePowers(z), sign * dx);
  const versine = fma(r, sign * dx, z * cosinePowers(z));
  const k = at * 512;
  const { TABLE } = SINES;
  const correction = fma(-versine, TABLE[k], fma(sine, TABLE[k + 3], TABLE[k + 1]));
  return sign * (TABLE[k] + fma(sine, TABLE[k + 2], correction));
}

/** cos (x + dx) for |x| < 0.8555, dx far below an ulp of x. */
function cosOfRest(x: number, dx: number): number {
  const at = nearest128th(Math.abs(x));
  const r = Math.abs(x) - at + (x < 0 ? -dx : dx);
  const z = r * r;
  const sine = fma(r * z, sinePowers(z), r);
  const versine = z * cosinePowers(z);
  const k = at * 512;
  const { TABLE } = SINES;
  const correction = fma(-versine, TABLE[k + 2], fma(-sine, TABLE[k + 1], TABLE[k + 3]));
  return TABLE[k + 2] + fma(-sine, TABLE[k], correction);
}

/** The multiple of 1/128 nearest to x ≥ 0. */
function nearest128th(x: number): number {
  return x + TO_128TH - TO_128TH;
}

/** (sin r − r) / r³, of z = r² ≤ 2^−16. */
function sinePowers(z: number): number {
  return fma(z, SINES.S5, SINES.S3);
}

/** (1 − cos r) / r², of z = r² ≤ 2^−16. */
function cosinePowers(z: number): number {
  return fma(z, fma(z, SINES.C6, SINES.C4), 0.5);
}
