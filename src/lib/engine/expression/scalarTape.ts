import { constant, power, type Address, type Cell, type Expression } from '../ops/expression';
import { evaluate } from './evaluate';
import { valueOf } from './forms';
import { keyOf } from './tracedStep';

const symbols = {
  sum: '+',
  product: '×',
  power: 'pow',
  exp: 'exp',
  log: 'log',
  relu: 'relu'
} as const;

/** The expressions that microgpt's `Value` has an operation for. */
type Form = Extract<Expression, { kind: keyof typeof symbols }>;

/** The operations of microgpt's `Value`, each of at most two inputs. */
export type ScalarOperation = (typeof symbols)[keyof typeof symbols];

/** A number on the tape; a leaf has no form and no inputs. */
export interface Entry {
  readonly form?: Form;
  readonly inputs: readonly number[];
  readonly value: number;
  /** Whether it is a cell that was not expanded. */
  readonly isCell: boolean;
  name?: string;
  /** The numbers of the step that it is: more than one where an operation only passes a number on. */
  readonly cells: Address[];
}

const sumForm: Form = { kind: 'sum', parts: [] };
const productForm: Form = { kind: 'product', parts: [] };

/**
 * Expressions taken apart into + × pow exp log relu of one or two inputs, as microgpt records them: a / b is a × b⁻¹,
 * the maximum of a row is a constant. A cell is one entry, wherever it appears.
 */
export class ScalarTape {
  readonly entries: Entry[] = [];
  readonly #expressionOf: (cell: Address) => Expression;
  readonly #expanded: ReadonlySet<string>;
  readonly #drawn = new Map<Expression, number>();
  readonly #cells = new Map<string, number>();

  /** @param expanded cells that are drawn by their expression; the others are leaves */
  constructor(expressionOf: (cell: Address) => Expression, expanded: readonly Address[]) {
    this.#expressionOf = expressionOf;
    this.#expanded = new Set(expanded.map(keyOf));
  }

  /** Draws an expanded cell with all that it needs; returns its place. */
  draw(cell: Address): number {
    return this.#label(this.#draw(this.#expressionOf(cell)), cell);
  }

  operationOf({ kind }: Form): ScalarOperation {
    return symbols[kind];
  }

  #draw(expression: Expression): number {
    let at = this.#drawn.get(expression);
    if (at === undefined) this.#drawn.set(expression, (at = this.#record(expression)));
    return at;
  }

  #record(expression: Expression): number {
    switch (expression.kind) {
      case 'cell':
        return this.#cell(expression);
      case 'constant':
        return this.#leaf(expression.value, expression.name);
      case 'max':
        return this.#leaf(evaluate(expression), 'max');
      case 'sum':
        return this.#fold(sumForm, expression.parts);
      case 'product':
        return this.#fold(productForm, expression.parts);
      case 'quotient': {
        const [a, b] = expression.parts;
        return this.#fold(productForm, [a, power(b, -1)]);
      }
      case 'power':
      case 'exp':
      case 'log':
      case 'relu':
        return this.#apply(expression, [this.#draw(expression.parts[0])]);
      case 'positive': {
        const [test, then] = expression.parts;
        return this.#fold(productForm, [then, constant(evaluate(test) > 0 ? 1 : 0)]);
      }
      case 'named': {
        const at = this.#draw(expression.parts[0]);
        this.entries[at].name = expression.name;
        return at;
      }
    }
  }

  #cell(cell: Cell): number {
    const key = keyOf(cell);
    let at = this.#cells.get(key);
    if (at === undefined) {
      at = this.#expanded.has(key)
        ? this.draw(cell)
        : this.#label(this.#leaf(cell.value, undefined, true), cell);
      this.#cells.set(key, at);
    }
    return at;
  }

  #label(at: number, { tensor, aspect, index }: Address): number {
    this.entries[at].cells.push({ tensor, aspect, index });
    return at;
  }

  /** One input after another, two at a time. */
  #fold(form: Form, parts: readonly Expression[]): number {
    if (parts.length === 0) return this.#leaf(0);
    const [first, ...rest] = parts.map((part) => this.#draw(part));
    return rest.reduce((at, next) => this.#apply(form, [at, next]), first);
  }

  #apply(form: Form, inputs: readonly number[]): number {
    const numbers = inputs.map((input) => this.entries[input].value);
    return (
      this.entries.push({ form, inputs, value: valueOf(form, numbers), isCell: false, cells: [] }) -
      1
    );
  }

  #leaf(value: number, name?: string, isCell = false): number {
    return this.entries.push({ inputs: [], value, name, isCell, cells: [] }) - 1;
  }
}
