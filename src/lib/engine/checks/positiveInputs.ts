import type { Operation } from '../ops/operation';

/** Whether an input is only ever drawn above 0, as probabilities are. */
export function isPositive({ samples }: Operation, input: string): boolean {
  return samples.every(({ range }) => (range?.[input]?.[0] ?? -1) > 0);
}
