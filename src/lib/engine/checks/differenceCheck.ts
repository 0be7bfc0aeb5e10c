import { worstDeviation, type Deviation } from '../deviation';
import type { OperationCase } from '../operationCase';
import type { OperationName } from '../ops/index';
import { differenceTolerance } from '../tolerances';
import { kinks } from './kinks';

/** The entry of an input whose gradient is farthest from a central difference; `deviation.index` is its place. */
export interface DifferenceCheck {
  readonly input: string;
  readonly deviation: Deviation;
  /** Entries that were moved. */
  readonly moved: number;
}

const { h, atol, rtol } = differenceTolerance;

/**
 * Checks the backward loops of an operation against its forward loops, entry by entry: what backward adds to dX[i] is
 * how much Σ dy · y changes with X[i]. The gradients begin with what the case has in them.
 * @param most entries of each input that are moved, evenly spread; those beside a kink are left out
 */
export function checkDifferences(operationCase: OperationCase, most: number): DifferenceCheck[] {
  const { operation, reals } = operationCase;
  const gradients = addedGradients(operationCase);
  return operation.inputs.map((input) => {
    const entries = spread(reals[input].length, most).filter((i) =>
      isSmooth(operationCase, input, i)
    );
    const worst = entries
      .map((i) => differenceAt(operationCase, input, i, gradients[input][i]))
      .reduce((a, b) => (b.share > a.share ? b : a), nothing);
    return { input, deviation: worst, moved: entries.length };
  });
}

const nothing = worstDeviation([], [], { rtol: 0, atol: 0 });

function differenceAt(
  { operation, dims, reals, indices }: OperationCase,
  input: string,
  index: number,
  gradient: number
): Deviation {
  const at = (by: number) => {
    const y = new Float64Array(reals.y.length);
    const moved = reals[input].slice();
    moved[index] += by;
    operation.forward({ ...reals, ...indices, [input]: moved, y }, dims);
    return y;
  };
  const { sum, size } = slope(reals.dy, at(h), at(-h));
  return { ...worstDeviation([gradient], [sum], { rtol: 0, atol: atol + rtol * size }), index };
}

/** Σ dy · ∂y, and the same without signs: the size that rounding is relative to. */
function slope(
  dy: Float64Array,
  above: Float64Array,
  below: Float64Array
): { sum: number; size: number } {
  let sum = 0;
  let size = 0;
  for (let i = 0; i < dy.length; i++) {
    // One by one, so that what does not change — a masked −10³⁰ — cancels exactly.
    const term = (dy[i] * (above[i] - below[i])) / (2 * h);
    sum += term;
    size += Math.abs(term);
  }
  return { sum, size };
}

/** What the loops add to each gradient. */
function addedGradients({
  operation,
  dims,
  reals,
  indices
}: OperationCase): Record<string, Float64Array> {
  const copies = Object.entries(reals).map(([name, numbers]) => [name, numbers.slice()] as const);
  const tensors = Object.fromEntries(copies);
  operation.forward({ ...tensors, ...indices }, dims);
  operation.backward({ ...tensors, ...indices }, dims);
  const added = operation.inputs.map((input) => {
    const before = reals[`d${input}`];
    return [input, tensors[`d${input}`].map((after, i) => after - before[i])] as const;
  });
  return Object.fromEntries(added);
}

function isSmooth({ operation, reals }: OperationCase, input: string, i: number): boolean {
  const kink = kinks[operation.name as OperationName];
  return kink === undefined || Math.abs(reals[input][i] - kink) > h;
}

function spread(size: number, most: number): number[] {
  const stride = Math.ceil(size / most);
  return Array.from({ length: Math.ceil(size / stride) }, (_, k) => k * stride);
}
