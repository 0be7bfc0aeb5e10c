import type { Operation, Sample } from '../ops/operation';
import { isPositive } from './positiveInputs';

/** How many times as large as in the sample. */
const TIMES = 1000;

/**
 * A sample whose inputs are so large that an exp which is not held back overflows. What must stay positive, as
 * probabilities, stays in its range.
 */
export function largeSample(operation: Operation, sample: Sample): Sample {
  const ranges = operation.inputs.map((input) => {
    const [low, high] = sample.range?.[input] ?? [-1, 1];
    const times = isPositive(operation, input) ? 1 : TIMES;
    return [input, [low * times, high * times]] as const;
  });
  return { ...sample, range: Object.fromEntries(ranges) };
}
