import type { StepOutline } from '../../run/questions';
import { engineLabel } from '../../run/engineLabels';
import type { PanelExports, Table } from '../exports/exports';

/** A table of an opened step, to be saved. */
export function exportTable(
  name: string,
  { step, loss, engine }: StepOutline,
  table: Table
): PanelExports {
  const stem = `${name}-step${step}`.replace(/[^\w.-]+/g, '-');
  const caption = `microGPT Lab · ${name} · step ${step}, loss ${loss}, trained by ${engineLabel(engine)}`;
  return { stem, caption, table: () => table };
}

/** Rows by one of their columns; what has no number comes last. */
export function sortedBy<Row>(
  rows: readonly Row[],
  numberOf: (row: Row) => number | string | null,
  direction: 'ascending' | 'descending'
): Row[] {
  const sign = direction === 'ascending' ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [x, y] = [numberOf(a), numberOf(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return x < y ? -sign : x > y ? sign : 0;
  });
}
