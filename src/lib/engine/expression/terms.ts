import { product, quotient, type Expression } from '../ops/expression';
import { evaluate } from './evaluate';

/** One of the terms that a number is the sum of. */
export interface Term {
  readonly expression: Expression;
  readonly value: number;
}

/** The terms of an expression, the largest first; what a sum is multiplied or divided by goes with each term. */
export function termsBySize(expression: Expression): Term[] {
  return addends(expression)
    .map((term) => ({ expression: term, value: evaluate(term) }))
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

function addends(expression: Expression): readonly Expression[] {
  const { kind, parts } = expression;
  if (kind === 'sum') return parts.flatMap(addends);
  if (kind === 'quotient') return addends(parts[0]).map((term) => quotient(term, parts[1]));
  if (kind !== 'product') return [expression];
  const at = parts.findIndex((part) => addends(part).length !== 1);
  if (at < 0) return [expression];
  return addends(parts[at]).map((term) => product(...parts.with(at, term)));
}
