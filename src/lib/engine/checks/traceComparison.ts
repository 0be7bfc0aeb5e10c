import { BackwardPass } from '../backwardPass';
import type { Batch } from '../batch';
import { worstDeviation, type Deviation } from '../deviation';
import type { Trace } from '../engine';
import { ulpOf } from '../expression/verify';
import { measure } from '../measure';
import { compareCase, type OperationCase } from '../operationCase';
import type { OperationName } from '../ops/index';
import { MASKED } from '../ops/causal_mask';
import type { OperationNode, Program } from '../program';
import { stepTolerance } from '../tolerances';

/** What an f32 engine made of one tensor of a step that an operation wrote, beside the same in f64. */
export interface ComparedTensor {
  readonly node: string;
  readonly operation: OperationName;
  readonly pass: 'forward' | 'backward';
  /** The operation's output, or the input whose gradient it added to. */
  readonly tensor: string;
  /** Where the two are farthest apart, after all operations so far: held to `stepTolerance`. */
  readonly deviation: Deviation;
  /** Its error relative to the largest number of the tensor. */
  readonly relative: number;
  /** Its error in units of the last place of the f32 there. */
  readonly ulp: number;
  /** What this operation alone added: beside its loops in f64 on the engine's own inputs, held to its own tolerance. */
  readonly own: Deviation;
  readonly passes: boolean;
}

/** Traces of one step by two engines, from the same weights and seed, both with a recording. */
export interface TracePair {
  /** By the loops in f64. */
  readonly expected: Trace;
  /** In f32. */
  readonly actual: Trace;
}

/** Compares all that each operation wrote: forward in the program's order, then backward in the order it was done. */
export function compareTraces(program: Program, batch: Batch, pair: TracePair): ComparedTensor[] {
  const passes = {
    expected: new BackwardPass(program, pair.expected),
    actual: new BackwardPass(program, pair.actual)
  };
  const owns = ownDeviations(program, batch, pair.actual, passes.actual);
  const forward = program.nodes.map((node) => {
    const [expected, actual] = [pair.expected, pair.actual].map(({ values }) => values);
    const numbers = [actual.get(node.name)!, expected.get(node.name)!] as const;
    return compare({ node, pass: 'forward', tensor: node.name }, numbers, owns.get(node.name)!.y);
  });
  const backward = passes.expected.stops.flatMap(({ node }, i) =>
    Object.entries(node.inputs).map(([slot, tensor]) => {
      const after = (pass: BackwardPass) => pass.gradient(i + 1, tensor)!;
      const numbers = [after(passes.actual), after(passes.expected)] as const;
      return compare({ node, pass: 'backward', tensor }, numbers, owns.get(node.name)![`d${slot}`]);
    })
  );
  return [...forward, ...backward];
}

function compare(
  { node, pass, tensor }: Pick<ComparedTensor, 'pass' | 'tensor'> & { node: OperationNode },
  [actual, expected]: readonly [Float64Array, Float64Array],
  own: Deviation
): ComparedTensor {
  const largest = expected.reduce((max, x) => (x === MASKED ? max : Math.max(max, Math.abs(x))), 0);
  const { error } = stepTolerance[pass === 'forward' ? 'values' : 'gradients'];
  const deviation = worstDeviation(unmasked(actual, expected), expected, {
    rtol: 0,
    atol: largest * error
  });
  return {
    node: node.name,
    operation: node.operationName,
    pass,
    tensor,
    deviation,
    relative: deviation.error === 0 ? 0 : deviation.error / largest,
    ulp: deviation.error / ulpOf(deviation.expected, 'f32'),
    own,
    passes: deviation.share <= 1 && own.share <= 1
  };
}

/** −∞ is stored as −10³⁰, which no f32 is: the nearest one is the same −∞. */
function unmasked(actual: Float64Array, expected: Float64Array): Float64Array {
  const nearest = Math.fround(MASKED);
  return actual.map((x, i) => (x === nearest && expected[i] === MASKED ? MASKED : x));
}

/** By node: how far y and each dX are from what its loops make, in f64, of the numbers that the engine gave it. */
function ownDeviations(program: Program, batch: Batch, trace: Trace, pass: BackwardPass) {
  const { dims } = measure(program, batch.T);
  return new Map(
    program.nodes.map((node, n) => {
      const position = pass.seed.node - n + 1;
      const { reals, result } = numbersOf(node, trace, pass, position);
      const ids = Object.entries(node.indices).map(([slot, name]) => [slot, batch[name]] as const);
      const indices = Object.fromEntries(ids);
      const operationCase: OperationCase = {
        operation: node.operation,
        dims: dims[n],
        reals,
        indices
      };
      return [node.name, Object.fromEntries(compareCase(operationCase, result))] as const;
    })
  );
}

/** @param position of the stop at which the node's backward is done; below 1 it never is: then its gradients are 0 */
function numbersOf(node: OperationNode, { values }: Trace, pass: BackwardPass, position: number) {
  const zeros = (tensor: string) => new Float64Array(values.get(tensor)!.length);
  const gradient = (at: number, tensor: string) =>
    (position > 0 ? pass.gradient(at, tensor) : undefined) ?? zeros(tensor);
  const y = values.get(node.name)!;
  const reals: Record<string, Float64Array> = { y, dy: gradient(position - 1, node.name) };
  const result: Record<string, Float64Array> = { y };
  for (const [slot, tensor] of Object.entries(node.inputs)) {
    reals[slot] = values.get(tensor)!;
    reals[`d${slot}`] = gradient(position - 1, tensor);
    result[`d${slot}`] = gradient(position, tensor);
  }
  return { reals, result };
}
