/** A pasted matrix that does not fit. The message reads `paste: needs rule, got what`. */
export class MatrixError extends Error {
  override name = 'MatrixError';
}

/**
 * Numbers of a pasted matrix, row by row: cells by tab, comma, semicolon or blank, rows by line; or lists in brackets, as
 * JSON, Python and NumPy write them. With tabs or semicolons a decimal comma is read too.
 * Throws MatrixError unless it has the shape, and finite numbers only.
 */
export function readMatrix(text: string, [rows, columns]: readonly [number, number]): number[] {
  const found = text.includes('[') ? bracketed(text) : lines(text);
  const kind = `${countRows(rows)} of ${columns}`;
  if (found.length === 0) throw new MatrixError(`paste: needs ${kind} numbers, got nothing`);
  if (found.length !== rows)
    throw new MatrixError(`paste: needs ${kind}, got ${countRows(found.length)}`);
  return found.flatMap((cells, row) => {
    if (cells.length !== columns) {
      const where = `in row ${row + 1}`;
      throw new MatrixError(`paste: needs ${columns} numbers ${where}, got ${cells.length}`);
    }
    return cells.map((cell, column) => readCell(cell, row, column));
  });
}

function countRows(rows: number): string {
  return `${rows} ${rows === 1 ? 'row' : 'rows'}`;
}

function lines(text: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map(cellsOf);
}

/** Every innermost list is a row. */
function bracketed(text: string): string[][] {
  return Array.from(text.matchAll(/\[([^[\]]*)\]/g), ([, row]) => row)
    .filter((row) => row.trim() !== '')
    .map((row) => split(row, /[,;\s]+/));
}

function cellsOf(line: string): string[] {
  if (!/[\t;]/.test(line)) return split(line, /[,\s]+/);
  return split(line, /[\t;]/).map((cell) => cell.replace(',', '.'));
}

/** A separator at the end of a row separates nothing. */
function split(row: string, separator: RegExp): string[] {
  const cells = row.trim().split(separator);
  return cells.at(-1) === '' ? cells.slice(0, -1) : cells;
}

function readCell(cell: string, row: number, column: number): number {
  const value = Number(cell.trim().replace('−', '-'));
  if (cell.trim() !== '' && Number.isFinite(value)) return value;
  const where = `in row ${row + 1}, column ${column + 1}`;
  throw new MatrixError(`paste: needs a finite number ${where}, got ${cell.trim() || 'nothing'}`);
}
