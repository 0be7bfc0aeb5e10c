import { firstNonFinite, type NonFinite } from '../engine/nonFinite';
import type { Address } from '../engine/ops/expression';
import type { RecordedStep } from './recordedStep';

/** Where in a step a number first stopped being finite. */
export interface Arising extends Pick<NonFinite, 'pass' | 'value' | 'node'> {
  readonly address: Address;
  /** Operations of the backward pass that are done once it is there. */
  readonly position: number;
}

/** The first number of a step that is not finite, in the order in which they are computed; null if all are. */
export function arising({ program, trace, pass }: RecordedStep): Arising | null {
  const found = firstNonFinite(program, trace);
  if (!found) return null;
  const { tensor, value, node } = found;
  const aspect = found.pass === 'backward' ? 'gradient' : 'value';
  const index = indexOf(found.index, trace.shapes.get(tensor)!);
  const stop = pass.stops.findIndex((each) => each.node.name === node);
  const position = found.pass === 'backward' ? stop + 1 : 0;
  return { pass: found.pass, value, node, address: { tensor, aspect, index }, position };
}

/** The index of a number that lies so far from the first, in row-major order. */
function indexOf(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}
