import type { Expression } from '../ops/expression';
import { evaluateAll, partsFirst, type Values } from './evaluate';
import { slopesOf } from './forms';

/** What an engine computes in: `cpu` in f64, the others in f32. */
export type Precision = 'f64' | 'f32';

interface Arithmetic {
  /** Half an ulp of 1: what one + or × may be off by, relative to its result. */
  readonly unit: number;
  /** What no relative error covers: the smallest normal number, or less where it is not flushed to 0. */
  readonly tiny: number;
  /** How far each may be off, in units. */
  readonly quotient: number;
  readonly power: number;
  readonly exp: (x: number) => number;
  readonly log: number;
  /** How far log may be off near 1, where it is near 0. */
  readonly logNearOne: number;
}

/** f64 as `math.ts` has it; f32 as the WGSL specification allows it. */
const arithmetics: Readonly<Record<Precision, Arithmetic>> = {
  f64: {
    unit: 2 ** -53,
    tiny: 2 ** -1074,
    quotient: 1,
    power: 4,
    exp: () => 2,
    log: 2,
    logNearOne: 0
  },
  f32: {
    unit: 2 ** -24,
    tiny: 2 ** -126,
    quotient: 5,
    power: 16,
    exp: (x) => 6 + 4 * Math.abs(x),
    log: 6,
    logNearOne: 2 ** -21
  }
};

/**
 * How far an engine's result may be from the exact one by rounding alone, to first order: what each part is off by,
 * times how the whole follows it, and what is rounded on the way. Cells are taken as given.
 */
export function roundingOf(expression: Expression, precision: Precision): number {
  const arithmetic = arithmetics[precision];
  const values = evaluateAll(expression);
  const errors = new Map<Expression, number>();
  for (const each of partsFirst(expression)) {
    const parts = each.parts.map((part) => values.get(part)!);
    const slopes = slopesOf(each, parts, values.get(each)!);
    const inherited = each.parts.map((part, k) => follow(errors.get(part)!, slopes[k]));
    errors.set(
      each,
      inherited.reduce((a, b) => a + b, ownRounding(each, values, arithmetic))
    );
  }
  return errors.get(expression)! + arithmetic.tiny;
}

/** What is exact stays exact, whatever multiplies it. */
function follow(error: number, slope: number): number {
  return error === 0 || slope === 0 ? 0 : error * Math.abs(slope);
}

function ownRounding(expression: Expression, values: Values, a: Arithmetic): number {
  const size = Math.abs(values.get(expression)!);
  switch (expression.kind) {
    case 'cell':
    case 'relu':
    case 'max':
    case 'positive':
    case 'named':
      return 0;
    case 'constant':
      return a.unit * size;
    case 'sum':
      return a.unit * sumRounding(expression, values);
    case 'product':
      return a.unit * size * expression.parts.length;
    case 'exp':
      return a.unit * size * a.exp(values.get(expression.parts[0])!);
    case 'log':
      return a.unit * size * a.log + a.logNearOne;
    case 'quotient':
    case 'power':
      return a.unit * size * a[expression.kind];
  }
}

/** The number of terms times their sizes: enough for any order, and for sums added to what was there. */
function sumRounding(expression: Expression, values: Values): number {
  const terms = flatTerms(expression);
  const sizes = terms.reduce((total, term) => total + Math.abs(values.get(term)!), 0);
  return terms.length * sizes;
}

function flatTerms(expression: Expression): readonly Expression[] {
  return expression.kind === 'sum' ? expression.parts.flatMap(flatTerms) : [expression];
}
