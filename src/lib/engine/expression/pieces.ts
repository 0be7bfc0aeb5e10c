import type { Cell, Expression, Over } from '../ops/expression';
import type { Values } from './evaluate';
import { printCell, printExponent, printGeneralCell, printNumber, printOver } from './notation';

/** A stretch of a printed line; what stands for one number of the step knows which. */
export interface Piece {
  readonly text: string;
  readonly cell?: Cell;
}

/** How tightly a printed form holds together: what is looser than its place needs parentheses. */
const CONDITION = 0;
const SUM = 1;
const SIGNED = 2;
const PRODUCT = 3;
const POWER = 4;
const ATOM = 5;

interface Printed {
  readonly pieces: readonly Piece[];
  readonly tightness: number;
}

/** What a printing writes for leaves, names and what runs over a variable; the rest is the same for all. */
interface Style {
  cell(cell: Cell): Piece;
  constant(value: number, name: string | undefined): string;
  named(expression: Expression, name: string): string;
  over(symbol: 'Σ' | 'max', parts: readonly Expression[], over: Over): Printed;
}

/** An expression in the names of the loops: `Σᵢ w[5,i] · x[2,i]`. */
export function symbolicPieces(expression: Expression): readonly Piece[] {
  return print(expression, symbolic(new Map())).pieces;
}

/**
 * An expression with its numbers: `0.31 · 0.2 + 0.5 · (−1.1) + … 14 more`.
 * @param values of the expression and its parts
 * @param most parts of a sum or maximum that are written out
 */
export function numericPieces(
  expression: Expression,
  values: Values,
  digits: number,
  most: number
): readonly Piece[] {
  return print(expression, numeric(values, digits, most)).pieces;
}

/** @param general what to write for cells whose index follows the variable of the sum around them */
function symbolic(general: ReadonlyMap<Cell, string>): Style {
  return {
    cell: (cell) =>
      general.has(cell) ? { text: general.get(cell)! } : { text: printCell(cell), cell },
    constant: (value, name) => name ?? printNumber(value, 4),
    named: (_, name) => name,
    over(symbol, parts, over) {
      if (parts.length < 2) return print(parts[0], this);
      const following = cellsOfTerm(parts[1]);
      const cells = cellsOfTerm(parts[0]).map(
        (cell, k) => [cell, printGeneralCell(cell, following[k], over)] as const
      );
      const term = fit(print(parts[0], symbolic(new Map(cells))), PRODUCT);
      return { pieces: [{ text: `${printOver(symbol, over)} ` }, ...term], tightness: PRODUCT };
    }
  };
}

function numeric(values: Values, digits: number, most: number): Style {
  return {
    cell: (cell) => ({ text: printNumber(cell.value, digits), cell }),
    constant: (value) => printNumber(value, digits),
    named: (expression) => printNumber(values.get(expression)!, digits),
    over(symbol, parts) {
      const shown = parts.slice(0, most).map((part) => print(part, this));
      const rest = parts.length > most ? `… ${parts.length - most} more` : '';
      if (symbol === 'Σ') return { pieces: joinSum(shown, rest), tightness: SUM };
      const listed = shown.flatMap(({ pieces }, k) => [{ text: k > 0 ? ', ' : '' }, ...pieces]);
      return call('max', [...listed, { text: rest && `, ${rest}` }]);
    }
  };
}

function print(expression: Expression, style: Style): Printed {
  switch (expression.kind) {
    case 'cell':
      return leaf(style.cell(expression));
    case 'constant':
      return leaf({ text: style.constant(expression.value, expression.name) });
    case 'named':
      return leaf({ text: style.named(expression, expression.name) });
    case 'sum':
      return printSum(expression.parts, expression.over, style);
    case 'max':
      return style.over('max', expression.parts, expression.over);
    case 'product':
      return printProduct(expression.parts, style);
    case 'quotient': {
      const [a, b] = expression.parts.map((part) => print(part, style));
      return chain([...fit(a, SIGNED), { text: ' / ' }, ...fit(b, POWER)]);
    }
    case 'power':
      return printPower(print(expression.parts[0], style), expression.exponent);
    case 'exp':
    case 'log':
      return call(expression.kind, print(expression.parts[0], style).pieces);
    case 'relu':
      return call('max', [{ text: '0, ' }, ...print(expression.parts[0], style).pieces]);
    case 'positive': {
      const [test, then] = expression.parts.map((part) => print(part, style).pieces);
      const pieces = [...then, { text: ' if ' }, ...test, { text: ' > 0, else 0' }];
      return { pieces, tightness: CONDITION };
    }
  }
}

function printSum(parts: readonly Expression[], over: Over | undefined, style: Style): Printed {
  if (parts.length === 0) return leaf({ text: '0' });
  if (over) return style.over('Σ', parts, over);
  const terms = parts.map((part) => print(part, style));
  return terms.length === 1 ? terms[0] : { pieces: joinSum(terms, ''), tightness: SUM };
}

function printProduct(parts: readonly Expression[], style: Style): Printed {
  const [first, ...rest] = parts;
  if (first.kind === 'constant' && first.value === -1 && rest.length > 0) {
    return chain([{ text: '−' }, ...fit(printProduct(rest, style), PRODUCT)]);
  }
  if (rest.length === 0) return print(first, style);
  const factors = parts.map((part, k) => fit(print(part, style), k === 0 ? SIGNED : PRODUCT));
  return chain(factors.flatMap((pieces, k) => (k > 0 ? [{ text: ' · ' }, ...pieces] : pieces)));
}

function printPower(base: Printed, exponent: number): Printed {
  const pieces = fit(base, ATOM);
  const root = exponent === 1 / 2;
  const power = root ? [{ text: '√' }, ...pieces] : [...pieces, { text: printExponent(exponent) }];
  return { pieces: power, tightness: POWER };
}

/** Terms joined by + and −. */
function joinSum(terms: readonly Printed[], rest: string): Piece[] {
  const pieces = terms.flatMap((term, k) => {
    const fitted = fit(term, SUM);
    if (k === 0) return fitted;
    const [first, ...others] = fitted;
    if (!first.text.startsWith('−')) return [{ text: ' + ' }, ...fitted];
    return [{ text: ' − ' }, { ...first, text: first.text.slice(1) }, ...others];
  });
  return rest ? [...pieces, { text: ` + ${rest}` }] : pieces;
}

function leaf(piece: Piece): Printed {
  return { pieces: [piece], tightness: piece.text.startsWith('−') ? SIGNED : ATOM };
}

/** Factors in a row. */
function chain(pieces: readonly Piece[]): Printed {
  return { pieces, tightness: pieces[0].text.startsWith('−') ? SIGNED : PRODUCT };
}

function call(name: string, inner: readonly Piece[]): Printed {
  return { pieces: [{ text: `${name}(` }, ...inner, { text: ')' }], tightness: ATOM };
}

/** In parentheses if it is looser than its place. */
function fit({ pieces, tightness }: Printed, place: number): readonly Piece[] {
  return tightness >= place ? pieces : [{ text: '(' }, ...pieces, { text: ')' }];
}

/** The cells that a term shows, in order: not those behind a name. */
function cellsOfTerm(term: Expression): readonly Cell[] {
  if (term.kind === 'named') return [];
  return term.kind === 'cell' ? [term] : term.parts.flatMap(cellsOfTerm);
}
