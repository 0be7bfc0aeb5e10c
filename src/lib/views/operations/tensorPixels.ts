import type { Reading } from '../../run/questions';
import { rampIndex, type Ramp } from '../ramp';

/** Tensors as pictures: signed numbers on a fixed scale, negative in one colour and positive in another. */

export type ScaleKind = 'logarithmic' | 'linear';

export interface SignedScale {
  readonly kind: ScaleKind;
  /** Magnitude at which colour begins, and at which it is full. */
  readonly from: number;
  readonly to: number;
}

/** One scale for all values of a run and one for all gradients: learning changes colours, never the scale. */
export const scales: Readonly<Record<ScaleKind, Readonly<Record<Reading, SignedScale>>>> = {
  logarithmic: {
    value: { kind: 'logarithmic', from: 1e-3, to: 10 },
    gradient: { kind: 'logarithmic', from: 1e-6, to: 1 },
    added: { kind: 'logarithmic', from: 1e-6, to: 1 }
  },
  linear: {
    value: { kind: 'linear', from: 0, to: 2 },
    gradient: { kind: 'linear', from: 0, to: 0.05 },
    added: { kind: 'linear', from: 0, to: 0.05 }
  }
};

/** The share of full colour that a magnitude has, 0…1; 1 for what is not finite. */
export function strength(x: number, { kind, from, to }: SignedScale): number {
  const size = Math.abs(x);
  if (!Number.isFinite(size)) return 1;
  if (size === 0) return 0;
  const share = kind === 'linear' ? size / to : Math.log10(size / from) / Math.log10(to / from);
  return Math.min(Math.max(share, 0), 1);
}

/** Rows and columns of a picture. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/** What of a tensor a picture shows: its number in a row and column is at `offset + row · stride + column`. */
export interface Slice extends Grid {
  readonly offset: number;
  readonly stride: number;
}

/** Heads of a tensor (T, H, S) that has a square for each; 0 for others. */
export function headsOf(shape: readonly number[]): number {
  return shape.length === 3 ? shape[1] : 0;
}

/** A whole tensor, its first axis downwards and all others across; or of one (T, H, S) one head. */
export function sliceOf(shape: readonly number[], head: number | null = null): Slice {
  const [rows, ...rest] = shape.length < 2 ? [1, ...shape] : shape;
  const stride = rest.reduce((a, b) => a * b, 1);
  if (head === null || headsOf(shape) === 0) return { rows, columns: stride, offset: 0, stride };
  const columns = shape[2];
  return { rows, columns, offset: head * columns, stride };
}

/** Where the number of a row and column is in the tensor. */
export function placeIn({ offset, stride }: Slice, row: number, column: number): number {
  return offset + row * stride + column;
}

/** The cell of a picture, counted through it, that shows a number of the tensor. */
export function cellOf({ offset, stride, columns }: Slice, place: number): number {
  const from = place - offset;
  return Math.floor(from / stride) * columns + (from % stride);
}

/** A slice in at most so many rows and columns: of the numbers that fall together, the one of the largest magnitude. */
export function pool(
  numbers: ArrayLike<number>,
  slice: Slice,
  most: number
): Grid & { readonly numbers: Float64Array } {
  const [rows, columns] = [Math.min(slice.rows, most), Math.min(slice.columns, most)];
  const pooled = new Float64Array(rows * columns);
  for (let r = 0; r < slice.rows; r++) {
    const row = Math.floor((r * rows) / slice.rows) * columns;
    for (let c = 0; c < slice.columns; c++) {
      const at = row + Math.floor((c * columns) / slice.columns);
      const x = numbers[placeIn(slice, r, c)];
      if (magnitude(x) > magnitude(pooled[at])) pooled[at] = x;
    }
  }
  return { rows, columns, numbers: pooled };
}

/** What is not finite is larger than all. */
function magnitude(x: number): number {
  return Number.isFinite(x) ? Math.abs(x) : Infinity;
}

/** RGBA bytes, row by row. */
export function tensorPixels(
  numbers: ArrayLike<number>,
  scale: SignedScale,
  { positive, negative }: { readonly positive: Ramp; readonly negative: Ramp }
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const ramp = numbers[i] < 0 ? negative : positive;
    const color = rampIndex(strength(numbers[i], scale));
    bytes.set(ramp.subarray(color, color + 3), 4 * i);
    bytes[4 * i + 3] = 255;
  }
  return bytes;
}

/** The index of the so-manyth number of a tensor: `[t, h, s]`. */
export function indexAt(place: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = place;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

/** Which number an index leads to; null if it is not in the tensor. */
export function placeAt(index: readonly number[], shape: readonly number[]): number | null {
  const isInside =
    index.length === shape.length &&
    index.every((at, k) => Number.isInteger(at) && at >= 0 && at < shape[k]);
  return isInside ? index.reduce((at, i, k) => at * shape[k] + i, 0) : null;
}

/** The cell of a picture that an arrow key leads to, or Home and End in its row; null for other keys. */
export function placeTowards(key: string, place: number, { rows, columns }: Grid): number | null {
  const [row, column] = [Math.floor(place / columns), place % columns];
  const to: Partial<Record<string, readonly [number, number]>> = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, columns - 1]
  };
  const next = to[key];
  if (!next) return null;
  const clamp = (at: number, size: number) => Math.min(Math.max(at, 0), size - 1);
  return clamp(next[0], rows) * columns + clamp(next[1], columns);
}
