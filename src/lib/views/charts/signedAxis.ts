import type { Axis } from './axis';
import { extent, ticks, type Curve } from './curve';

/** What a place of a chart stands for, below it. */
export interface PlaceTick {
  /** From 1. */
  readonly at: number;
  readonly text: string;
}

/** A linear axis around all values, with 0 on it; from −1 to 1 where there is none. */
export function signedAxis(curves: readonly Curve[]): Axis {
  const extents = curves.map((curve) => extent(curve)).filter((each) => each !== null);
  const low = Math.min(0, ...extents.map(([min]) => min));
  const high = Math.max(0, ...extents.map(([, max]) => max));
  if (low === high) return { log: false, from: -1, to: 1 };
  const room = 0.06 * (high - low);
  return { log: false, from: low < 0 ? low - room : 0, to: high > 0 ? high + room : 0 };
}

/** A linear axis just around all values. */
export function closeAxis(curves: readonly Curve[]): Axis {
  const extents = curves.map((curve) => extent(curve)).filter((each) => each !== null);
  if (extents.length === 0) return { log: false, from: -1, to: 1 };
  const low = Math.min(...extents.map(([min]) => min));
  const high = Math.max(...extents.map(([, max]) => max));
  const room = 0.06 * (high - low) || Math.abs(high) * 0.1 || 1;
  return { log: false, from: low - room, to: high + room };
}

/** Names for the steps from `first` to `last`, about `most` of them: the first and round ones. */
export function stepTicks(first: number, last: number, most: number): PlaceTick[] {
  const room = (last - first) / most / 2;
  const round = ticks(first, last, most).filter((s) => Number.isInteger(s) && s - first > room);
  return [first, ...round].map((step) => ({ at: step - first + 1, text: String(step) }));
}
