import { runOnCpu, type OperationCase } from '../operationCase';

/** What the backward loops of an operation add to the gradient of each input, by the input's name. */
export function addedGradients(operationCase: OperationCase): Record<string, Float64Array> {
  const { operation, reals } = operationCase;
  const after = runOnCpu(operationCase);
  const added = operation.inputs.map((input) => {
    const before = reals[`d${input}`];
    return [input, after[`d${input}`].map((d, i) => d - before[i])] as const;
  });
  return Object.fromEntries(added);
}
