import type { Explanation } from '../engine/expression/explain';
import { numericLines, symbolicLines, textOf } from '../engine/expression/print';
import { sizeOf } from '../engine/measure';
import { makeCase, runOnCpu, type CaseResult, type OperationCase } from '../engine/operationCase';
import type { Aspect, Cell, Cells, Place } from '../engine/ops/expression';
import type { OperationName } from '../engine/ops/index';
import type { Operation, Sample, Shape } from '../engine/ops/operation';
import { Random } from '../engine/random';

/** An operation on a few numbers that can be changed. */
export interface OperationExample {
  readonly operation: Operation;
  /** Of inputs, `y`, gradients and index inputs. */
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly case: OperationCase;
}

/** A number of an example, and how it was computed: in the names of the loops, then with numbers. */
export interface OpenedCell {
  readonly symbolic: readonly string[];
  readonly numeric: readonly string[];
}

/** Fills an operation's smallest sample of more than single numbers, with two decimals; gradients begin at 0. */
export function makeExample(operation: Operation): OperationExample {
  const sample = smallSample(operation);
  const { y } = operation.shape(sample.shapes, sample.attributes ?? {});
  const drawn = makeCase(operation, sample, new Random(7));
  const shapes: Record<string, Shape> = { ...sample.shapes, y, dy: y };
  const reals: Record<string, Float64Array> = {};
  for (const [name, numbers] of Object.entries(drawn.reals)) {
    reals[name] = numbers.map((x) => Math.round(100 * x) / 100);
  }
  for (const input of operation.inputs) {
    shapes[`d${input}`] = sample.shapes[input];
    reals[`d${input}`].fill(0);
  }
  return { operation, shapes, case: { ...drawn, reals } };
}

/** The example with one number changed, of a real tensor or of an index input. */
export function withNumber(
  example: OperationExample,
  tensor: string,
  at: number,
  value: number
): OperationExample {
  const kind = tensor in example.case.indices ? 'indices' : 'reals';
  const numbers = example.case[kind][tensor].slice();
  numbers[at] = value;
  return {
    ...example,
    case: { ...example.case, [kind]: { ...example.case[kind], [tensor]: numbers } }
  };
}

/** y and each gradient, by the operation's own loops. */
export function runExample(example: OperationExample): CaseResult {
  return runOnCpu(example.case);
}

/** How one number of y or of a gradient came about. */
export function openCell(
  example: OperationExample,
  result: CaseResult,
  slot: 'y' | `d${string}`,
  at: number
): OpenedCell {
  const { operation, shapes } = example;
  const index = unflatten(at, shapes[slot]);
  const expression = operation.cells[slot](cellsOf(example, result), example.case.dims, index);
  const name = operation.name as OperationName;
  const contribution = { node: name, operation: name, slot, expression };
  const explanation: Explanation = {
    address: { tensor: slot, aspect: slot === 'y' ? 'value' : 'gradient', index },
    stored: result[slot][at],
    origin: 'operation',
    contributions: [contribution],
    expression
  };
  return {
    symbolic: symbolicLines(explanation, contribution).map(textOf),
    numeric: numericLines(explanation, contribution).map(textOf)
  };
}

/** The index of a place in a row-major array. */
export function unflatten(at: number, shape: Shape): number[] {
  let rest = at;
  return shape.map((_, axis) => {
    const below = sizeOf(shape.slice(axis + 1));
    const place = Math.floor(rest / below);
    rest %= below;
    return place;
  });
}

function smallSample({ samples, inputs }: Operation): Sample {
  return samples.find(({ shapes }) => sizeOf(shapes[inputs[0]]) > 2) ?? samples[0];
}

function cellsOf({ operation, shapes, case: numbers }: OperationExample, { y }: CaseResult): Cells {
  const reals: Record<string, Float64Array> = { ...numbers.reals, y };
  const cells: Record<string, (...places: Place[]) => Cell> = {};
  for (const name of [...operation.inputs, 'y', 'dy']) {
    const aspect = name === 'dy' ? 'gradient' : 'value';
    cells[name] = cellsAt(name, aspect, reals[name], shapes[name]);
  }
  for (const name of operation.indices) {
    cells[name] = cellsAt(name, 'batch', numbers.indices[name], shapes[name]);
  }
  return cells as Cells;
}

function cellsAt(slot: string, aspect: Aspect, numbers: ArrayLike<number>, shape: Shape) {
  return (...places: Place[]): Cell => {
    const index = places.map((place) => (typeof place === 'number' ? place : place.value));
    const at = index.reduce((sum, i, axis) => sum * shape[axis] + i, 0);
    const value = numbers[at];
    return { kind: 'cell', parts: [], slot, tensor: slot, aspect, index, places, value };
  };
}
