import type { Cell, SeededValue } from '../cpu/seededValue';
import { centralDifference, type Difference } from './centralDifference';

/** From steps so large that the function bends on the way to steps so small that rounding is all there is. */
export const STEP_SIZES = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9] as const;

export interface CellCheckPoint extends Difference {
  /** |numeric − analytic|: falls with h² (truncation), then rises with 1/h (rounding). */
  readonly error: number;
}

/** The derivative by one cell, as backward has it and as differences have it. */
export interface CellCheck {
  readonly cell: Cell;
  readonly analytic: number;
  /** One for each step size, largest first. */
  readonly points: readonly CellCheckPoint[];
}

/**
 * Compares a cell's gradient with central differences over many step sizes.
 * @param analytic the gradient to check, of any engine; that of the cpu loops unless told
 */
export function checkCell(
  value: SeededValue,
  cell: Cell,
  analytic = value.gradients().get(cell.tensor)![cell.index]
): CellCheck {
  const points = STEP_SIZES.map((h) => {
    const difference = centralDifference(value, cell, h);
    return { ...difference, error: Math.abs(difference.numeric - analytic) };
  });
  return { cell, analytic, points };
}
