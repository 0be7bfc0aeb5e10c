/**
 * Numbers of about 106 bits, as an unevaluated sum hi + lo of two doubles (Dekker 1971).
 * Written with + − × ÷ √ only, which IEEE 754 fixes to the last bit, so that results are the same in every browser.
 */
export interface DoubleDouble {
  readonly hi: number;
  readonly lo: number;
}

const SPLITTER = 2 ** 27 + 1;

export function dd(hi: number, lo = 0): DoubleDouble {
  return { hi, lo };
}

/** Exact a + b for |a| ≥ |b|. */
function quickSum(a: number, b: number): DoubleDouble {
  const hi = a + b;
  return { hi, lo: b - (hi - a) };
}

/** Exact a + b. */
export function exactSum(a: number, b: number): DoubleDouble {
  const hi = a + b;
  const bb = hi - a;
  return { hi, lo: a - (hi - bb) + (b - bb) };
}

/** Exact a · b. */
export function exactProduct(a: number, b: number): DoubleDouble {
  const hi = a * b;
  const sa = SPLITTER * a;
  const ah = sa - (sa - a);
  const al = a - ah;
  const sb = SPLITTER * b;
  const bh = sb - (sb - b);
  const bl = b - bh;
  return { hi, lo: ah * bh - hi + ah * bl + al * bh + al * bl };
}

export function addDD(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const s = exactSum(a.hi, b.hi);
  return quickSum(s.hi, s.lo + a.lo + b.lo);
}

export function multiplyDD(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const p = exactProduct(a.hi, b.hi);
  return quickSum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

export function divideDD(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const q1 = a.hi / b.hi;
  const r1 = addDD(a, multiplyDD(b, dd(-q1)));
  const q2 = r1.hi / b.hi;
  const r2 = addDD(r1, multiplyDD(b, dd(-q2)));
  return addDD(quickSum(q1, q2), dd(r2.hi / b.hi));
}

export function sqrtDD(a: DoubleDouble): DoubleDouble {
  const root = Math.sqrt(a.hi);
  const rest = addDD(a, multiplyDD(dd(-root), dd(root)));
  return quickSum(root, rest.hi / (2 * root));
}
