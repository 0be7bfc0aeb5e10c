import type { Expression } from '../ops/expression';
import { valueOf } from './forms';

/** Numbers of an expression and of every part of it. */
export type Values = ReadonlyMap<Expression, number>;

/** Computes an expression in f64 from the numbers in its cells. */
export function evaluate(expression: Expression): number {
  return evaluateAll(expression).get(expression)!;
}

/** An expression and every part of it in f64; what is shared is computed once. */
export function evaluateAll(expression: Expression): Values {
  const values = new Map<Expression, number>();
  for (const each of partsFirst(expression)) {
    const parts = each.parts.map((part) => values.get(part)!);
    values.set(each, valueOf(each, parts));
  }
  return values;
}

/** An expression and all its parts, each once, parts before what is made of them. */
export function partsFirst(expression: Expression): readonly Expression[] {
  const found = new Set<Expression>();
  const visit = (each: Expression) => {
    if (found.has(each)) return;
    each.parts.forEach(visit);
    found.add(each);
  };
  visit(expression);
  return [...found];
}
