import type { Cell, SeededValue } from '../cpu/seededValue';
import { sides } from './kinks';

/** A derivative from two values at either side. */
export interface Difference {
  readonly h: number;
  readonly numeric: number;
  /** About how much of it is rounding: ε · |value| / h. */
  readonly rounding: number;
  /** Whether a unit crosses a kink on the way: then it need not be the derivative. */
  readonly kinked: boolean;
}

/** (value(x + h) − value(x − h)) / 2h of one cell x; divided by how far apart x ± h are once rounded. */
export function centralDifference(value: SeededValue, cell: Cell, h: number): Difference {
  const below = value.moved(cell, -h);
  const sidesBelow = sides(value);
  const above = value.moved(cell, h);
  const sidesAbove = sides(value);
  return {
    h,
    numeric: (above.value - below.value) / (above.at - below.at),
    rounding: (Number.EPSILON * Math.max(Math.abs(above.value), Math.abs(below.value))) / h,
    kinked: sidesAbove.some((side, i) => side !== sidesBelow[i])
  };
}
