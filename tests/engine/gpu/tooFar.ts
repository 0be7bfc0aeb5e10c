import { describeDeviation, worstDeviation } from '$lib/engine/deviation';
import type { Trace } from '$lib/engine/engine';
import { stepTolerance } from '$lib/engine/tolerances';

/** Every tensor of a traced step that is farther from the reference than the table allows, in words. */
export function tooFar(kind: 'values' | 'gradients', actual: Trace, expected: Trace): string[] {
  return [...expected[kind]].flatMap(([name, numbers]) => {
    const largest = numbers.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
    const atol = largest * stepTolerance[kind].error;
    const deviation = worstDeviation(actual[kind].get(name)!, numbers, { rtol: 0, atol });
    return deviation.share <= 1 ? [] : [`${kind} ${name}: needs ${describeDeviation(deviation)}`];
  });
}
