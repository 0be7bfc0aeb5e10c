import type { Dims } from './operation';

/** Which number of a tensor: its value, its gradient, or an entry of the batch. */
export type Aspect = 'value' | 'gradient' | 'batch';

/** Where a number of a step is kept. */
export interface Address {
  /** A parameter, an activation or an array of the batch. */
  readonly tensor: string;
  readonly aspect: Aspect;
  /** One entry per axis; `[]` for a scalar. */
  readonly index: readonly number[];
}

/** A number of a tensor, read by an operation. */
export interface Cell extends Address {
  readonly kind: 'cell';
  readonly parts: readonly [];
  /** The tensor's name in the operation's loops: `x`, `dy`, `ids`. */
  readonly slot: string;
  readonly value: number;
  /** The index as the rule wrote it, e.g. `[ids[2], 5]`. */
  readonly places: readonly Place[];
}

/** A token id, a position, a row number. */
export interface BatchCell extends Cell {
  readonly aspect: 'batch';
}

/** Where on an axis: a number, or what the batch says. */
export type Place = number | BatchCell;

export interface Constant {
  readonly kind: 'constant';
  readonly parts: readonly [];
  readonly value: number;
  /** Its name in the formula: `T`, `−∞`. */
  readonly name?: string;
  /** The entries of the batch by which the rule chose it. */
  readonly because: readonly BatchCell[];
}

/** The variable that a sum or a maximum runs over, and its value in each part. */
export interface Over {
  readonly variable: string;
  readonly values: readonly number[];
}

/**
 * How one number was computed, as data: it can be evaluated, printed, differentiated and walked.
 * A part that is the same object in two places is the same number there.
 */
export type Expression =
  | Cell
  | Constant
  | { readonly kind: 'sum'; readonly parts: readonly Expression[]; readonly over?: Over }
  | { readonly kind: 'product'; readonly parts: readonly Expression[] }
  | { readonly kind: 'quotient'; readonly parts: readonly [Expression, Expression] }
  | { readonly kind: 'power'; readonly parts: readonly [Expression]; readonly exponent: number }
  | { readonly kind: 'exp' | 'log' | 'relu'; readonly parts: readonly [Expression] }
  | { readonly kind: 'max'; readonly parts: readonly Expression[]; readonly over: Over }
  /** The second part if the first is above 0, else 0. */
  | { readonly kind: 'positive'; readonly parts: readonly [Expression, Expression] }
  /** An intermediate number that has a name: `s`, `max x`. */
  | { readonly kind: 'named'; readonly parts: readonly [Expression]; readonly name: string };

/** The tensors of an operation as functions from an index to the cell there. */
export type Cells<R extends string = string, I extends string = string> = Record<
  R,
  (...index: readonly Place[]) => Cell
> &
  Record<I, (t: number) => BatchCell>;

/** The expression of one cell of a tensor. */
export type CellRule<
  R extends string = string,
  I extends string = string,
  D extends string = string
> = (cells: Cells<R, I>, dims: Dims<D>, index: readonly number[]) => Expression;

/** Σ over a variable that runs from 0 below a count, or through the values given. */
export function sum(
  variable: string,
  over: number | readonly number[],
  term: (value: number) => Expression
): Expression {
  const values = typeof over === 'number' ? numbers(0, over) : over;
  return { kind: 'sum', parts: values.map((value) => term(value)), over: { variable, values } };
}

/** The largest of n parts. */
export function maxOf(
  variable: string,
  n: number,
  part: (value: number) => Expression
): Expression {
  const values = numbers(0, n);
  return { kind: 'max', parts: values.map((value) => part(value)), over: { variable, values } };
}

/** The whole numbers from `from` below `to`. */
export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

export function plus(...parts: readonly Expression[]): Expression {
  return { kind: 'sum', parts };
}

export function minus(a: Expression, b: Expression): Expression {
  return plus(a, negative(b));
}

export function negative(x: Expression): Expression {
  return product(constant(-1), x);
}

export function product(...parts: readonly Expression[]): Expression {
  return { kind: 'product', parts };
}

export function quotient(a: Expression, b: Expression): Expression {
  return { kind: 'quotient', parts: [a, b] };
}

/** x to a whole or half power. */
export function power(x: Expression, exponent: number): Expression {
  return { kind: 'power', parts: [x], exponent };
}

export function expOf(x: Expression): Expression {
  return { kind: 'exp', parts: [x] };
}

export function logOf(x: Expression): Expression {
  return { kind: 'log', parts: [x] };
}

export function reluOf(x: Expression): Expression {
  return { kind: 'relu', parts: [x] };
}

/** `then` where test > 0, else 0. */
export function ifPositive(test: Expression, then: Expression): Expression {
  return { kind: 'positive', parts: [test, then] };
}

export function named(name: string, x: Expression): Expression {
  return { kind: 'named', parts: [x], name };
}

/** @param because entries of the batch that make it so, e.g. the position that a mask hides the future of */
export function constant(
  value: number,
  name?: string,
  because: readonly BatchCell[] = []
): Expression {
  return { kind: 'constant', parts: [], value, name, because };
}
