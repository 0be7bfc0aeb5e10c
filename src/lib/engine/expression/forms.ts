import { log } from '../libm';
import { exp } from '../math';
import type { Expression } from '../ops/expression';

/** How one kind of expression computes its number from those of its parts, and how it follows each of them. */
interface Form<E> {
  value(parts: readonly number[], expression: E): number;
  /** ∂value/∂part, part by part. */
  slopes(parts: readonly number[], value: number, expression: E): readonly number[];
}

type Forms = { readonly [K in Expression['kind']]: Form<Extract<Expression, { kind: K }>> };

const leaf: Form<{ readonly value: number }> = {
  value: (_, { value }) => value,
  slopes: () => []
};

/** Every kind of expression. Sums and products run from the first part to the last, as the loops do. */
const forms: Forms = {
  cell: leaf,
  constant: leaf,
  sum: {
    value: (parts) => parts.reduce((total, part) => total + part, 0),
    slopes: (parts) => parts.map(() => 1)
  },
  product: {
    value: multiply,
    slopes: (parts) => parts.map((_, k) => multiply(parts.toSpliced(k, 1)))
  },
  quotient: {
    value: ([a, b]) => a / b,
    slopes: ([a, b]) => [1 / b, -a / (b * b)]
  },
  power: {
    value: ([x], { exponent }) => raise(x, exponent),
    slopes: ([x], _, { exponent }) => [exponent * raise(x, exponent - 1)]
  },
  exp: { value: ([x]) => exp(x), slopes: (_, value) => [value] },
  log: { value: ([x]) => log(x), slopes: ([x]) => [1 / x] },
  relu: { value: ([x]) => (x > 0 ? x : 0), slopes: ([x]) => [x > 0 ? 1 : 0] },
  // Held fixed, as microgpt holds it: softmax does not depend on what is subtracted.
  max: { value: (parts) => Math.max(...parts), slopes: (parts) => parts.map(() => 0) },
  positive: {
    value: ([test, then]) => (test > 0 ? then : 0),
    slopes: ([test]) => [0, test > 0 ? 1 : 0]
  },
  named: { value: ([x]) => x, slopes: () => [1] }
};

/** The number of an expression, from those of its parts. */
export function valueOf(expression: Expression, parts: readonly number[]): number {
  return formOf(expression).value(parts, expression);
}

/** ∂value/∂part of an expression, part by part. */
export function slopesOf(
  expression: Expression,
  parts: readonly number[],
  value: number
): readonly number[] {
  return formOf(expression).slopes(parts, value, expression);
}

/** x to a whole or half power, from × ÷ √ alone: `Math.pow` differs from browser to browser. */
export function raise(x: number, exponent: number): number {
  const isWhole = Number.isInteger(exponent);
  const base = isWhole ? x : Math.sqrt(x);
  const times = Math.abs(isWhole ? exponent : 2 * exponent);
  const result = multiply(Array<number>(times).fill(base));
  return exponent < 0 ? 1 / result : result;
}

function multiply(factors: readonly number[]): number {
  return factors.reduce((result, factor) => result * factor, 1);
}

/** The row of the table for this kind: what TypeScript cannot tell is that kind and form belong together. */
function formOf(expression: Expression): Form<Expression> {
  return forms[expression.kind];
}
