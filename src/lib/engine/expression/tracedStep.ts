import { batchArrays, type Batch } from '../batch';
import type { Trace } from '../engine';
import { measure } from '../measure';
import type { Address, Aspect, Cell, Cells, Place } from '../ops/expression';
import type { Dims, Shape } from '../ops/operation';
import type { OperationNode, Program } from '../program';
import { MEAN_LOSS, placeSeed, type PlacedSeed, type Seed } from '../seed';

/** A step with all its numbers kept: what any of them is explained by. */
export interface TracedStep {
  readonly program: Program;
  readonly batch: Batch;
  readonly trace: Trace;
  /** Where its backward pass began; the mean loss unless told. */
  readonly seed?: Seed;
}

/** The number at an address. Throws RangeError if the step has no such tensor or the tensor no such index. */
export function numberAt(step: TracedStep, address: Address): number {
  const numbers = arrayOf(step, address);
  const shape = shapeOf(step, address);
  if (!numbers || !shape) {
    throw new RangeError(`explain: needs a tensor of the step, got ${nameOf(address)}`);
  }
  const { index } = address;
  const isInside = index.length === shape.length && index.every((at, k) => isBelow(at, shape[k]));
  if (!isInside) {
    const got = `(${index.join(', ')})`;
    throw new RangeError(
      `explain: needs an index of ${nameOf(address)} (${shape.join(', ')}), got ${got}`
    );
  }
  return numbers[placeOf(index, shape)];
}

/** Where an index is in a row-major array. */
export function placeOf(index: readonly number[], shape: Shape): number {
  return index.reduce((at, i, axis) => at * shape[axis] + i, 0);
}

/** The name on the screen: `layer0.q`, and with d before it for its gradient. */
export function nameOf({ tensor, aspect }: Address): string {
  return aspect === 'gradient' ? `d${tensor}` : tensor;
}

/** One string per address: `dlayer0.q[2,3]`. */
export function keyOf(address: Address): string {
  return `${nameOf(address)}[${address.index.join(',')}]`;
}

/** The tensors of a node as its rules read them, with the numbers of the step. */
export function cellsOf(step: TracedStep, { name, inputs, indices }: OperationNode): Cells {
  const cells: Record<string, (...index: readonly Place[]) => Cell> = {
    y: cellsAt(step, 'y', name, 'value'),
    dy: cellsAt(step, 'dy', name, 'gradient')
  };
  for (const [slot, tensor] of Object.entries(inputs)) {
    cells[slot] = cellsAt(step, slot, tensor, 'value');
  }
  for (const [slot, tensor] of Object.entries(indices)) {
    cells[slot] = cellsAt(step, slot, tensor, 'batch');
  }
  return cells as Cells;
}

/** A tensor as a function from an index to the cell there, under the name that loops have for it. */
export function cellsAt(step: TracedStep, slot: string, tensor: string, aspect: Aspect) {
  return (...places: readonly Place[]): Cell => {
    const index = places.map((place) => (typeof place === 'number' ? place : place.value));
    const value = numberAt(step, { tensor, aspect, index });
    return { kind: 'cell', parts: [], slot, tensor, aspect, index, places, value };
  };
}

/** Where the backward pass of the step began. */
export function seedOf({ program, batch, seed = MEAN_LOSS }: TracedStep): PlacedSeed {
  return placeSeed(program, batch.T, seed);
}

/** Loop bounds of a node in this step. */
export function dimsOf({ program, batch }: TracedStep, node: OperationNode): Dims {
  return measure(program, batch.T).dims[program.nodes.indexOf(node)];
}

function arrayOf({ batch, trace }: TracedStep, { tensor, aspect }: Address) {
  if (aspect === 'batch') {
    const name = batchArrays.find((array) => array === tensor);
    return name && batch[name];
  }
  return (aspect === 'value' ? trace.values : trace.gradients).get(tensor);
}

function shapeOf({ batch, trace }: TracedStep, { tensor, aspect }: Address): Shape | undefined {
  return aspect === 'batch' ? [batch.T] : trace.shapes.get(tensor);
}

function isBelow(at: number, size: number): boolean {
  return Number.isInteger(at) && at >= 0 && at < size;
}
