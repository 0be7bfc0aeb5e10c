import type { Axis } from '../charts/axis';
import { decades, logTicks } from '../charts/curve';
import type { SpeedGroup } from './speedRows';

/** A logarithmic axis of milliseconds, in whole decades around all rows of a table. */
export function laneAxis(groups: readonly SpeedGroup[]): Axis {
  const rows = groups.flatMap((group) => group.rows);
  const [from, to] = decades([rows.map(({ least }) => least), rows.map(({ most }) => most)]);
  return { log: true, from, to };
}

/** The powers of ten on it. */
export function laneTicks({ from, to }: Axis): number[] {
  return logTicks(from, to).filter((value) => /^1(e|0*$)|^0\.0*1$/.test(String(value)));
}
