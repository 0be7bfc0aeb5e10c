import type { SeededValue } from '../cpu/seededValue';
import type { OperationName } from '../ops/index';
import type { Operation } from '../ops/operation';

/** Where an operation has no derivative, by its name: its input x at that value. Beside it a difference says nothing. */
export const kinks: Partial<Record<OperationName, number>> = { relu: 0 };

/** Whether an input of an operation is so near its kink that moving it by h may cross it. */
export function isBesideKink({ name }: Operation, x: number, h: number): boolean {
  const kink = kinks[name as OperationName];
  return kink !== undefined && Math.abs(x - kink) <= h;
}

/** On which side of its kink each number is that the last forward pass of a value met, in the program's order. */
export function sides(value: SeededValue): boolean[] {
  return value.program.nodes.flatMap(({ operationName, inputs }) => {
    const kink = kinks[operationName];
    return kink === undefined ? [] : Array.from(value.tensor(inputs.x), (x) => x > kink);
  });
}
