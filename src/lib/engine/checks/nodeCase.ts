import type { Batch } from '../batch';
import type { Trace } from '../engine';
import { measure } from '../measure';
import type { OperationCase } from '../operationCase';
import type { Program } from '../program';
import type { Random } from '../random';

/**
 * An operation as a traced step used it: the inputs of the step, random dy and random numbers in the gradients.
 * @param n index of the node
 */
export function caseOfNode(
  program: Program,
  batch: Batch,
  { values }: Trace,
  n: number,
  random: Random
): OperationCase {
  const { name, operation, inputs, indices } = program.nodes[n];
  const draw = (tensor: string) => values.get(tensor)!.map(() => 2 * random.random() - 1);
  const reals: Record<string, Float64Array> = { y: values.get(name)!, dy: draw(name) };
  for (const [slot, input] of Object.entries(inputs)) {
    reals[slot] = values.get(input)!;
    reals[`d${slot}`] = draw(input);
  }
  const ids = Object.entries(indices).map(([slot, index]) => [slot, batch[index]] as const);
  const dims = measure(program, batch.T).dims[n];
  return { operation, dims, reals, indices: Object.fromEntries(ids) };
}
