import { expect, test } from 'vitest';
import { raise, slopesOf, valueOf } from '$lib/engine/expression/forms';
import {
  constant,
  expOf,
  ifPositive,
  logOf,
  minus,
  named,
  power,
  product,
  quotient,
  reluOf,
  type Expression
} from '$lib/engine/ops/expression';

const [x, y, z] = [1.25, -0.75, 2].map((value) => constant(value));

/** Each kind of expression with parts where it is smooth. */
const examples: readonly Expression[] = [
  minus(x, y),
  product(x, y, z),
  product(x, x),
  quotient(y, z),
  power(x, 2),
  power(x, 3),
  power(x, -1),
  power(x, 1 / 2),
  power(x, -1 / 2),
  expOf(y),
  logOf(z),
  reluOf(x),
  reluOf(y),
  ifPositive(x, y),
  ifPositive(y, x),
  named('s', x)
];

test.each(examples)('$kind: slopes are those of central differences', (expression) => {
  const parts = expression.parts.map((part) => valueOf(part, part.parts.map(numberOf)));
  const slopes = slopesOf(expression, parts, valueOf(expression, parts));
  expect(slopes).toHaveLength(parts.length);
  slopes.forEach((slope, k) => {
    const moved = (h: number) => valueOf(expression, parts.with(k, parts[k] + h));
    expect(slope).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 8);
  });
});

test.each([
  [9, 1 / 2, 3],
  [9, -1 / 2, 1 / 3],
  [4, 3 / 2, 8],
  [-2, 3, -8],
  [-2, -1, -0.5],
  [-2, 0, 1],
  [0, -1, Infinity]
])('raise(%d, %d)', (base, exponent, expected) => {
  expect(raise(base, exponent)).toBe(expected);
});

function numberOf(expression: Expression): number {
  return valueOf(expression, expression.parts.map(numberOf));
}
