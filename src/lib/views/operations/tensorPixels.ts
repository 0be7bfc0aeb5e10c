import { rampIndex, type Ramp } from '../ramp';

/** Tensors as pictures: signed numbers on a fixed logarithmic scale, negative in one colour and positive in another. */

export interface SignedScale {
  /** Exponents of 10: magnitudes from where colour begins to where it is full. */
  readonly from: number;
  readonly to: number;
}

/** One scale for all values of a run and one for all gradients: learning changes colours, never the scale. */
export const scales = {
  value: { from: -3, to: 1 },
  gradient: { from: -6, to: 0 },
  added: { from: -6, to: 0 }
} as const satisfies Record<string, SignedScale>;

/** The share of full colour that a magnitude has, 0…1; 1 for what is not finite. */
export function strength(x: number, { from, to }: SignedScale): number {
  const size = Math.abs(x);
  if (!Number.isFinite(size)) return 1;
  return size === 0 ? 0 : Math.min(Math.max((Math.log10(size) - from) / (to - from), 0), 1);
}

/** How a tensor lies in a picture: its first axis downwards, all others across. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
}

export function gridOf(shape: readonly number[]): Grid {
  if (shape.length === 0) return { rows: 1, columns: 1 };
  const [rows, ...rest] = shape.length === 1 ? [1, ...shape] : shape;
  return { rows, columns: rest.reduce((a, b) => a * b, 1) };
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

/** The number that an arrow key leads to, or Home and End in its row; null for other keys. */
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
