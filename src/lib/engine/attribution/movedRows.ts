import type { Parameter } from '../program';

/** A row of a matrix that an update moved: in wte and lm_head, a token's. */
export interface MovedRow {
  readonly row: number;
  /** Euclidean norm of the row's change. */
  readonly change: number;
  /** Norm of its gradient: 0 for a row that only momentum moves. */
  readonly gradient: number;
}

/**
 * The rows of a parameter that an update moved, the one that moved farthest first.
 * @param change Δw, laid out by `program.parameters`, as `gradient`
 */
export function movedRows(
  { shape, offset }: Parameter,
  change: Float64Array,
  gradient: Float64Array
): MovedRow[] {
  const [rows, columns] = shape;
  const norm = (flat: Float64Array, row: number) => {
    const from = offset + row * columns;
    return Math.sqrt(flat.subarray(from, from + columns).reduce((sum, x) => sum + x * x, 0));
  };
  return Array.from({ length: rows }, (_, row) => ({
    row,
    change: norm(change, row),
    gradient: norm(gradient, row)
  }))
    .filter(({ change }) => change !== 0)
    .sort((a, b) => b.change - a.change || a.row - b.row);
}
