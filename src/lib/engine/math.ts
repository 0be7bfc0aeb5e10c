import { dd, multiplyDD, sqrtDD, type DoubleDouble } from './doubleDouble';

/**
 * exp and integer powers that give the same bits in every browser: ECMAScript leaves Math.exp and its kin to the
 * implementation, these use only + − × ÷ √. Each is within 0.51 ulp of the exact result. log, sin and cos, which
 * initial weights are made of, stand in libm.ts: there it matters to round as Python does.
 */

/** 2^n for n = −1074 … 1023, at [n + 1074]. */
const POWERS_OF_2 = powersOf2();
/** 2^(j/64) for j = 0 … 63, as two doubles. */
const ROOTS_OF_2 = rootsOf2();
const ROOTS_HI = Float64Array.from(ROOTS_OF_2, (root) => root.hi);
const ROOTS_LO = Float64Array.from(ROOTS_OF_2, (root) => root.lo);

const LN2_64_HI = 0.01083042469326756; // ln 2 / 64 with 21 trailing zero bits, so that k · hi is exact
const LN2_64_LO = 2.9815858269852933e-12;

const LN_SMALLEST_NORMAL = -708.3964185322641; // ln 2^−1022

/** eˣ. */
export function exp(x: number): number {
  if (x < -745.2) return 0;
  if (x > 709.79) return Infinity;
  if (x !== x) return x;
  const k = Math.round(x * (64 / Math.LN2));
  const r = x - k * LN2_64_HI - k * LN2_64_LO;
  const p =
    r + r * r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r / 5040)))));
  const j = k & 63;
  const hi = ROOTS_HI[j];
  const lo = ROOTS_LO[j] + ROOTS_HI[j] * p;
  const n = (k - j) / 64;
  if (x < LN_SMALLEST_NORMAL) return scaleToSubnormal(hi, lo, n);
  const y = hi + lo;
  return n > 1023 ? y * 2 * POWERS_OF_2[n + 1073] : y * POWERS_OF_2[n + 1074];
}

/**
 * (hi + lo) · 2ⁿ below 2^−1022, rounded once. Subnormal numbers are 2^−1074 apart, as the numbers in [1, 2) are 2^−52:
 * adding 1 to 2^1022 times the result rounds it where it must be rounded.
 */
function scaleToSubnormal(hi: number, lo: number, n: number): number {
  const scale = POWERS_OF_2[n + 1022 + 1074];
  const sum = 1 + hi * scale;
  const rest = 1 - sum + hi * scale + lo * scale;
  return (sum + rest - 1) * POWERS_OF_2[-1022 + 1074];
}

/** x to an integer power n ≥ 0. */
export function power(x: number, n: number): number {
  let result = dd(1);
  let base = dd(x);
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiplyDD(result, base);
    base = multiplyDD(base, base);
  }
  return result.hi;
}

function powersOf2(): Float64Array {
  const powers = new Float64Array(2098);
  powers[1074] = 1;
  for (let n = 1; n <= 1023; n++) powers[1074 + n] = powers[1073 + n] * 2;
  for (let n = -1; n >= -1074; n--) powers[1074 + n] = powers[1075 + n] / 2;
  return powers;
}

function rootsOf2(): DoubleDouble[] {
  let root = dd(2);
  for (let i = 0; i < 6; i++) root = sqrtDD(root);
  const roots = [dd(1)];
  for (let j = 1; j < 64; j++) roots.push(multiplyDD(roots[j - 1], root));
  return roots;
}
