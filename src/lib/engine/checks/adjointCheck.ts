import type { OperationCase } from '../operationCase';
import type { Random } from '../random';
import { differenceTolerance } from '../tolerances';
import { addedGradients } from './addedGradients';
import { isBesideKink } from './kinks';
import { isPositive } from './positiveInputs';
import { slope, type Slope } from './slope';

/** Two ways to the same number: how much v · y changes along u. */
export interface AdjointCheck {
  /** ⟨v, J u⟩ by the forward rule: a central difference along u. */
  readonly forward: number;
  /** ⟨Jᵀ v, u⟩ by the backward rule: what it adds to the gradients when dy = v. */
  readonly backward: number;
  readonly error: number;
  readonly allowed: number;
  readonly passes: boolean;
}

type Direction = Readonly<Record<string, Float64Array>>;

const { h, atol, rtol } = differenceTolerance;

/**
 * Checks the backward loops of an operation against its forward loops, all inputs at once: ⟨v, J u⟩ = ⟨Jᵀ v, u⟩ for
 * v = dy of the case and a random u. The gradients begin with what the case has in them, so that a rule that
 * overwrites instead of adding is found.
 */
export function checkAdjoint(operationCase: OperationCase, random: Random): AdjointCheck {
  const u = drawDirection(operationCase, random);
  const { sum: forward, size } = alongForward(operationCase, u);
  const backward = alongBackward(operationCase, u);
  const error = Math.abs(forward - backward);
  const allowed = atol + rtol * size;
  return { forward, backward, error, allowed, passes: error <= allowed };
}

/** In [−1, 1], relative to inputs that are larger than 1 or must stay positive, and 0 beside a kink. */
function drawDirection({ operation, reals }: OperationCase, random: Random): Direction {
  const directions = operation.inputs.map((input) => {
    const relative = isPositive(operation, input);
    const along = reals[input].map((x) => {
      const r = 2 * random.random() - 1;
      if (isBesideKink(operation, x, h)) return 0;
      return relative ? r * x : r * Math.max(1, Math.abs(x));
    });
    return [input, along] as const;
  });
  return Object.fromEntries(directions);
}

function alongForward(operationCase: OperationCase, u: Direction): Slope {
  const [above, below] = [h, -h].map((by) => forwardAt(operationCase, u, by));
  return slope(operationCase.reals.dy, above, below, h);
}

function forwardAt(
  { operation, dims, reals, indices }: OperationCase,
  u: Direction,
  by: number
): Float64Array {
  const moved: Record<string, Float64Array> = { y: new Float64Array(reals.y.length) };
  for (const input of operation.inputs) {
    moved[input] = reals[input].map((x, i) => x + by * u[input][i]);
  }
  operation.forward({ ...moved, ...indices }, dims);
  return moved.y;
}

function alongBackward(operationCase: OperationCase, u: Direction): number {
  let sum = 0;
  for (const [input, added] of Object.entries(addedGradients(operationCase))) {
    for (let i = 0; i < added.length; i++) sum += added[i] * u[input][i];
  }
  return sum;
}
