import type { Reals } from '../ops/operation';
import { parameterGroups, type ParameterGroup, type Program } from '../program';

/** A parameter group, or all parameters together. */
export type GroupOrAll = ParameterGroup | 'all';

/** Every group, then all together. */
export const groupsAndAll: readonly GroupOrAll[] = [...parameterGroups, 'all'];

/** Ranges of the flat weights that belong to a group, in order. */
export function rangesOf(
  { parameters }: Program,
  group: GroupOrAll
): readonly (readonly [from: number, to: number])[] {
  return parameters
    .filter((parameter) => group === 'all' || parameter.group === group)
    .map(({ offset, size }) => [offset, offset + size]);
}

/** ⟨a, b⟩ over a group; a and b are laid out by `program.parameters`. */
export function dot(program: Program, group: GroupOrAll, a: Reals, b: Reals): number {
  let sum = 0;
  for (const [from, to] of rangesOf(program, group)) {
    for (let i = from; i < to; i++) sum += a[i] * b[i];
  }
  return sum;
}
