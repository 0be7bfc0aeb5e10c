import { worstDeviation, type Deviation } from '../deviation';
import type { OperationCase } from '../operationCase';
import { differenceTolerance } from '../tolerances';
import { addedGradients } from './addedGradients';
import { isBesideKink } from './kinks';
import { slope } from './slope';

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
    const entries = spread(reals[input].length, most).filter(
      (i) => !isBesideKink(operation, reals[input][i], h)
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
  const { sum, size } = slope(reals.dy, at(h), at(-h), h);
  return { ...worstDeviation([gradient], [sum], { rtol: 0, atol: atol + rtol * size }), index };
}

function spread(size: number, most: number): number[] {
  const stride = Math.ceil(size / most);
  return Array.from({ length: Math.ceil(size / stride) }, (_, k) => k * stride);
}
