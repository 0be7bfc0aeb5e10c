import { dimsOf } from '../engine/expression/tracedStep';
import { kernelSource } from '../engine/gpu/kernelSource';
import type { NodeKernels } from './questions';
import type { RecordedStep } from './recordedStep';

/** The WGSL that the GPU engine traces an operation of the step with. Throws RangeError if there is none of that name. */
export function nodeKernels(step: RecordedStep, name: string): NodeKernels {
  const node = step.program.nodes.find((each) => each.name === name);
  if (!node) throw new RangeError(`kernels: needs an operation of the step, got ${name}`);
  const { operation } = node;
  return {
    dims: dimsOf(step, node),
    forward: kernelSource(operation, operation.wgsl.forward),
    backward: operation.inputs.map((input) =>
      kernelSource(operation, operation.wgsl.backward[input])
    )
  };
}
