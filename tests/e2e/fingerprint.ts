/**
 * Pictures as coarse grids of colours, so that they can be kept as text and compared on another machine: what a font's
 * hinting or another Chromium changes within a cell hardly moves the mean of its colours; what a panel, a token of
 * styles/tokens.css or the layout changes does.
 */
import type { Page } from '@playwright/test';
import { toOklab } from '../../src/lib/views/ramp';

/** About so many CSS pixels are the sides of a cell: some words, or a button. */
const CELL = 45;

/**
 * How far the mean colour of a cell may lie from the recorded one, in Oklab, where black and white lie apart by 1. On a
 * screen of twice the pixels no cell moved by more than 0.011, and with text drawn without antialiasing and hinted fully,
 * as no other browser would, by 0.030; digits round by 0.007. A button that goes, or a panel that moves, moves some cell
 * by 0.05 and more.
 */
export const TOLERANCE = 0.035;

export interface Fingerprint {
  readonly columns: number;
  readonly rows: number;
  /** Mean lightness, green–red and blue–yellow of each cell: (rows, columns, 3). */
  readonly colors: readonly number[];
}

/** Averaged as bytes are, so that text weighs alike on dark and on light; by the page's own browser, which reads PNG. */
export async function fingerprintOf(page: Page, png: Buffer): Promise<Fingerprint> {
  const { columns, rows, bytes } = await page.evaluate(averageBytes, {
    base64: png.toString('base64'),
    side: CELL
  });
  const colors = Array.from({ length: columns * rows }, (_, cell) =>
    toOklab([bytes[3 * cell], bytes[3 * cell + 1], bytes[3 * cell + 2]])
  ).flat();
  return { columns, rows, colors };
}

/** Mean red, green and blue of each cell: (rows, columns, 3). Runs in the page. */
async function averageBytes({ base64, side }: { base64: string; side: number }) {
  const file = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const image = await createImageBitmap(new Blob([file], { type: 'image/png' }));
  const { width, height } = image;
  const [columns, rows] = [width, height].map((size) =>
    Math.max(Math.round(size / side / devicePixelRatio), 1)
  );
  const context = new OffscreenCanvas(width, height).getContext('2d')!;
  context.drawImage(image, 0, 0);
  const { data: pixels } = context.getImageData(0, 0, width, height);
  const bytes = new Array<number>(columns * rows * 3).fill(0);
  const counts = new Array<number>(columns * rows).fill(0);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    for (let x = 0; x < width; x++) {
      const cell = row + Math.floor((x * columns) / width);
      for (let k = 0; k < 3; k++) bytes[3 * cell + k] += pixels[4 * (y * width + x) + k];
      counts[cell] += 1;
    }
  }
  return { columns, rows, bytes: bytes.map((sum, i) => sum / counts[Math.floor(i / 3)]) };
}

/** A cell whose colour has changed, and by how much. */
interface ChangedCell {
  readonly column: number;
  readonly row: number;
  readonly by: number;
}

/** Null where they have not the same number of cells. */
function changedCells(recorded: Fingerprint, taken: Fingerprint): ChangedCell[] | null {
  const { columns, rows, colors } = taken;
  if (recorded.columns !== columns || recorded.rows !== rows) return null;
  const changed: ChangedCell[] = [];
  for (let cell = 0; cell < columns * rows; cell++) {
    const by = Math.hypot(
      ...[0, 1, 2].map((k) => colors[3 * cell + k] - recorded.colors[3 * cell + k])
    );
    if (!(by <= TOLERANCE)) {
      changed.push({ column: cell % columns, row: Math.floor(cell / columns), by });
    }
  }
  return changed;
}

/**
 * What differs, or null: `12 of 640 cells: columns 3–9, rows 2–4, most 0.210 at column 5, row 3`, counted from 0 at the
 * upper left.
 */
export function describeChange(recorded: Fingerprint, taken: Fingerprint): string | null {
  const cells = changedCells(recorded, taken);
  const size = ({ columns, rows }: Fingerprint) => `${columns} × ${rows} cells`;
  if (cells === null) return `${size(taken)}, and was ${size(recorded)}`;
  if (cells.length === 0) return null;
  const span = (values: number[]) => `${Math.min(...values)}–${Math.max(...values)}`;
  const most = cells.reduce((a, b) => (b.by > a.by ? b : a));
  const where = `columns ${span(cells.map(({ column }) => column))}, rows ${span(cells.map(({ row }) => row))}`;
  const worst = `most ${most.by.toFixed(3)} at column ${most.column}, row ${most.row}`;
  return `${cells.length} of ${taken.columns * taken.rows} cells: ${where}, ${worst}`;
}

/** Printable characters that JSON writes as they are: a number is one digit of so many. */
const DIGITS = [
  ...'!#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}'
];

/** The lowest value of each number, and how far apart its digits lie. */
const scales = [
  { from: 0, step: 1 / (DIGITS.length - 1) },
  { from: -0.3, step: 0.6 / (DIGITS.length - 1) },
  { from: -0.35, step: 0.6 / (DIGITS.length - 1) }
] as const;

/** The same colour as in the cell before. */
const SAME = '~';

/** A line of text for each row: three digits a cell, or one sign where the cell is as the one before. */
export function writeFingerprint({ columns, rows, colors }: Fingerprint): string[] {
  return Array.from({ length: rows }, (_, row) => {
    let before = '';
    let line = '';
    for (let column = 0; column < columns; column++) {
      const cell = scales
        .map(({ from, step }, k) => {
          const digit = Math.round((colors[3 * (row * columns + column) + k] - from) / step);
          return DIGITS[Math.min(Math.max(digit, 0), DIGITS.length - 1)];
        })
        .join('');
      line += cell === before ? SAME : cell;
      before = cell;
    }
    return line;
  });
}

export function readFingerprint(lines: readonly string[]): Fingerprint {
  const colors = lines.flatMap(readLine);
  return { rows: lines.length, columns: colors.length / lines.length / 3, colors };
}

function readLine(line: string): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < line.length; at += line[at] === SAME ? 1 : 3) {
    if (line[at] === SAME) numbers.push(...numbers.slice(-3));
    else {
      const digits = [...line.slice(at, at + 3)].map((digit) => DIGITS.indexOf(digit));
      numbers.push(...scales.map(({ from, step }, k) => from + step * digits[k]));
    }
  }
  return numbers;
}
