import { constant, plus, type Address, type Cell, type Expression } from '../ops/expression';
import type { OperationName } from '../ops/index';
import type { OperationNode } from '../program';
import { partsFirst } from './evaluate';
import {
  cellsAt,
  cellsOf,
  dimsOf,
  keyOf,
  numberAt,
  placeOf,
  seedOf,
  type TracedStep
} from './tracedStep';

/** What a number is to an operation: its y, or the gradient of an input. */
type Slot = 'y' | `d${string}`;

/** What one operation of the step put into a number: all of it, or its part of a gradient. */
export interface Contribution {
  /** The operation's name in the program. */
  readonly node: string;
  readonly operation: OperationName;
  readonly slot: Slot;
  readonly expression: Expression;
}

/** Where a number comes from; the walk ends at `weight`, `batch` and `seed`. */
export type Origin = 'operation' | 'weight' | 'batch' | 'seed';

/** Why a number of a step is what it is. */
export interface Explanation {
  readonly address: Address;
  /** As the engine computed it. */
  readonly stored: number;
  readonly origin: Origin;
  /** One for a value; for a gradient one per reader of the tensor, in backward order. */
  readonly contributions: readonly Contribution[];
  /** All of it: the contribution, or their sum. */
  readonly expression: Expression;
}

/** Explains a value, a gradient or an entry of the batch. Throws RangeError for what the step does not have. */
export function explain(step: TracedStep, { tensor, aspect, index }: Address): Explanation {
  if (aspect === 'gradient') return explainGradient(step, tensor, index);
  return aspect === 'value'
    ? explainValue(step, tensor, index)
    : explainLeaf(step, { tensor, aspect, index });
}

/** Where a number comes from, without its explanation. */
export function originOf(step: TracedStep, { tensor, aspect, index }: Address): Origin {
  if (aspect === 'batch') return 'batch';
  if (aspect === 'value') {
    return step.program.nodes.some(({ name }) => name === tensor) ? 'operation' : 'weight';
  }
  const seed = seedOf(step);
  const isSeed =
    tensor === seed.tensor && placeOf(index, step.trace.shapes.get(tensor)!) === seed.index;
  return isSeed ? 'seed' : 'operation';
}

/** Explains a number of an activation by the operation that made it; a parameter's is a weight. */
export function explainValue(
  step: TracedStep,
  tensor: string,
  index: readonly number[]
): Explanation {
  const address: Address = { tensor, aspect: 'value', index };
  const node = step.program.nodes.find(({ name }) => name === tensor);
  if (!node) return explainLeaf(step, address);
  const stored = numberAt(step, address);
  const contributions = [contribution(step, node, 'y', index)];
  const { expression } = contributions[0];
  return { address, stored, origin: 'operation', contributions, expression };
}

/** Explains a gradient by what every reader of its tensor adds to it, the last reader first. */
export function explainGradient(
  step: TracedStep,
  tensor: string,
  index: readonly number[]
): Explanation {
  const address: Address = { tensor, aspect: 'gradient', index };
  const stored = numberAt(step, address);
  const origin = originOf(step, address);
  // What was computed after the seed has no gradient to pass on.
  const passing = step.program.nodes.filter(({ name }) => step.trace.gradients.has(name));
  const contributions = passing.reverse().flatMap((node) =>
    Object.entries(node.inputs)
      .filter(([, input]) => input === tensor)
      .map(([slot]) => contribution(step, node, `d${slot}`, index))
  );
  const seed = origin === 'seed' ? [constant(1, 'seed')] : [];
  const parts = [...seed, ...contributions.map(({ expression }) => expression)];
  const expression = parts.length === 1 ? parts[0] : plus(...parts);
  return { address, stored, origin, contributions, expression };
}

/** The cells that an expression reads, each once: its operands, the entries of the batch that chose them, or itself. */
export function cellsIn(expression: Expression): readonly Cell[] {
  const found = new Map<string, Cell>();
  for (const part of partsFirst(expression)) {
    const cells = part.kind === 'cell' ? [...chosenBy(part), part] : [];
    const because = part.kind === 'constant' ? part.because : [];
    for (const cell of [...cells, ...because]) found.set(keyOf(cell), cell);
  }
  return [...found.values()];
}

/** The numbers that an explanation leads on to; none for a weight, a token and the seed. */
export function operandsOf({ contributions }: Explanation): readonly Cell[] {
  return cellsIn(plus(...contributions.map(({ expression }) => expression)));
}

function chosenBy({ places }: Cell): readonly Cell[] {
  return places.filter((place) => typeof place !== 'number');
}

function contribution(
  step: TracedStep,
  node: OperationNode,
  slot: Slot,
  index: readonly number[]
): Contribution {
  const rule = node.operation.cells[slot];
  const expression = rule(cellsOf(step, node), dimsOf(step, node), index);
  return { node: node.name, operation: node.operationName, slot, expression };
}

/** A weight or an entry of the batch: nothing computed it. */
function explainLeaf(step: TracedStep, address: Address): Explanation {
  const { tensor, aspect, index } = address;
  const cell = cellsAt(step, tensor, tensor, aspect)(...index);
  const origin = originOf(step, address);
  return { address, stored: cell.value, origin, contributions: [], expression: cell };
}
