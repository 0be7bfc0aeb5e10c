import type { Operation } from '$lib/engine/ops/operation';
import { Random } from '$lib/engine/random';
import { worstError } from './closeness';
import { backward, forward, uniform, zeros, type OperationCase } from './operationCase';
import { tolerances } from './tolerances';

const { h, atol, rtol } = tolerances.difference;

/** Where an operation has no derivative: entries within h of it are not moved. */
const kinks: Record<string, number> = { relu: 0 };

/** Most entries of one input that are moved one by one, evenly spread. */
const MOST_ENTRIES = 460;

export interface Difference {
  readonly where: string;
  readonly gradient: number;
  readonly numeric: number;
  /** How far apart they are, in tolerances. */
  readonly excess: number;
}

/** Backward against a central difference of Σ dy · y, entry by entry. */
export function compareEntries(op: Operation, drawn: OperationCase): Difference[] {
  const gradients = backward(op, drawn);
  return op.inputs.flatMap((input) => {
    const x = drawn.reals[input];
    const stride = Math.ceil(x.length / MOST_ENTRIES);
    const entries = Array.from({ length: Math.ceil(x.length / stride) }, (_, i) => i * stride);
    return entries.filter(movable(op, x)).map((i) => {
      const direction = { [input]: zeros(x) };
      direction[input][i] = 1;
      const { change } = slope(op, drawn, direction);
      return difference(`${input}[${i}]`, gradients[input][i], change, Math.abs(change));
    });
  });
}

/** Backward against a central difference along one random direction of all inputs at once. */
export function compareDirection(op: Operation, drawn: OperationCase): Difference {
  const gradients = backward(op, drawn);
  const random = new Random(3);
  const direction: Record<string, Float64Array> = {};
  for (const input of op.inputs) {
    const x = drawn.reals[input];
    const may = movable(op, x);
    direction[input] = uniform(x.length, -1, 1, random).map((v, i) => (may(i) ? v : 0));
  }
  const predicted = op.inputs.flatMap((x) => [...direction[x].map((v, i) => v * gradients[x][i])]);
  const { change, size } = slope(op, drawn, direction);
  return difference('a random direction', sum(predicted), change, size);
}

/** How far backward is from adding its gradients to what it finds. */
export function accumulationError(op: Operation, drawn: OperationCase): number {
  const gradients = backward(op, drawn);
  const start = (input: string) => uniform(drawn.reals[input].length, -1, 1, new Random(4));
  const accumulated = backward(op, drawn, start);
  const errors = op.inputs.map((input) => {
    const expected = start(input).map((d, i) => d + gradients[input][i]);
    return worstError(accumulated[input], expected).error;
  });
  return Math.max(...errors);
}

function movable(op: Operation, x: ArrayLike<number>): (i: number) => boolean {
  return (i) => !(op.name in kinks && Math.abs(x[i] - kinks[op.name]) <= h);
}

function difference(where: string, gradient: number, numeric: number, size: number): Difference {
  const excess = Math.abs(gradient - numeric) / (atol + rtol * size);
  return { where, gradient, numeric, excess: Number.isNaN(excess) ? Infinity : excess };
}

/** Σ dy · ∂y along a direction, and the same without signs: the size that rounding is relative to. */
function slope(
  op: Operation,
  drawn: OperationCase,
  direction: Record<string, Float64Array>
): { change: number; size: number } {
  const moved = (sign: number) => {
    const reals = { ...drawn.reals };
    for (const [input, v] of Object.entries(direction)) {
      reals[input] = v.map((vi, i) => drawn.reals[input][i] + sign * h * vi);
    }
    return forward(op, { ...drawn, reals });
  };
  const [above, below] = [moved(1), moved(-1)];
  // One by one, so that what does not change — a masked −10³⁰ — cancels exactly.
  const parts = above.map((y, i) => (drawn.reals.dy[i] * (y - below[i])) / (2 * h));
  return { change: sum(parts), size: sum(parts.map(Math.abs)) };
}

function sum(numbers: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < numbers.length; i++) total += numbers[i];
  return total;
}
