import type { Expression } from '../ops/expression';
import { evaluateAll, partsFirst } from './evaluate';
import type { Contribution, Explanation } from './explain';
import { printNumber } from './notation';
import { numericPieces, symbolicPieces, type Piece } from './pieces';

/** One equation: what is computed, and how. */
export interface Line {
  /** A cell in the operation's own name for it, or the name of an intermediate number. */
  readonly left: string;
  /** `+=` for what is added to a gradient. */
  readonly sign: '=' | '+=';
  readonly pieces: readonly Piece[];
  /** The number that comes out, where numbers are shown. */
  readonly result?: string;
}

export interface PrintOptions {
  /** Significant digits of a number. */
  readonly digits: number;
  /** Most parts of a sum or maximum that are written out. */
  readonly most: number;
}

const usual: PrintOptions = { digits: 4, most: 6 };

/** What one operation computed for a cell, in the names of its loops; then a line for each intermediate number. */
export function symbolicLines({ address }: Explanation, contribution: Contribution): Line[] {
  return equations(address.index, contribution).map(({ right, ...sides }) => ({
    ...sides,
    pieces: symbolicPieces(right)
  }));
}

/** The same lines with their numbers. */
export function numericLines(
  { address }: Explanation,
  contribution: Contribution,
  { digits, most }: PrintOptions = usual
): Line[] {
  const values = evaluateAll(contribution.expression);
  return equations(address.index, contribution).map(({ right, ...sides }) => ({
    ...sides,
    pieces: numericPieces(right, values, digits, most),
    result: printNumber(values.get(right)!, digits)
  }));
}

/** A line as one string. */
export function textOf({ left, sign, pieces, result }: Line): string {
  const right = pieces.map(({ text }) => text).join('');
  return `${left} ${sign} ${right}${result === undefined || result === right ? '' : ` = ${result}`}`;
}

interface Equation {
  readonly left: string;
  readonly sign: Line['sign'];
  readonly right: Expression;
}

function equations(index: readonly number[], { slot, expression }: Contribution): Equation[] {
  const left = index.length === 0 ? slot : `${slot}[${index.join(',')}]`;
  const intermediates = partsFirst(expression)
    .filter((part) => part.kind === 'named')
    .map(({ name, parts }): Equation => ({ left: name, sign: '=', right: parts[0] }));
  const main: Equation = { left, sign: slot === 'y' ? '=' : '+=', right: expression };
  return [main, ...intermediates.reverse()];
}
