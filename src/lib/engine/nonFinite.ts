import type { Trace } from './engine';
import type { Program } from './program';

/** The first number of a traced step that is NaN or infinite. */
export interface NonFinite {
  /** `weights`: it was there before the step. */
  readonly pass: 'weights' | 'forward' | 'backward';
  readonly tensor: string;
  readonly index: number;
  readonly value: number;
  /** The node that computed it. */
  readonly node?: string;
}

/**
 * Finds where numbers stopped being finite, in the order in which they are computed.
 * @param trace with a recording, or what arises on the way back is not looked at
 */
export function firstNonFinite(program: Program, trace: Trace): NonFinite | undefined {
  const { values, recording } = trace;
  for (const { name } of program.parameters) {
    const found = findIn(values.get(name)!);
    if (found) return { pass: 'weights', tensor: name, ...found };
  }
  for (const { name } of program.nodes) {
    const found = findIn(values.get(name)!);
    if (found) return { pass: 'forward', tensor: name, ...found, node: name };
  }
  for (const { node, gradients } of recording?.nodes ?? []) {
    for (const [tensor, gradient] of gradients) {
      const found = findIn(gradient);
      if (found) return { pass: 'backward', tensor, ...found, node };
    }
  }
  return undefined;
}

function findIn(numbers: Float64Array): { index: number; value: number } | undefined {
  const index = numbers.findIndex((x) => !Number.isFinite(x));
  return index < 0 ? undefined : { index, value: numbers[index] };
}
