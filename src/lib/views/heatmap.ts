import type { AttentionFrame } from '../run/snapshot';
import { rampIndex, type Ramp } from './ramp';

export interface HeadPlace {
  readonly layer: number;
  readonly head: number;
}

/** One head's weights of a frame, (T, T) row-major. */
export function headWeights(
  { n_head, T, weights }: AttentionFrame,
  { layer, head }: HeadPlace
): Float64Array {
  const start = (layer * n_head + head) * T * T;
  return weights.subarray(start, start + T * T);
}

/** Pixels (T, T) of one head: weights 0…1 by the ramp; what lies after the position does not exist and stays clear. */
export function heatmapPixels(weights: ArrayLike<number>, T: number, ramp: Ramp): ImageData {
  return trianglePixels(weights, T, () => ramp);
}

/** The two halves of the diverging scale. */
export interface SignedRamps {
  readonly positive: Ramp;
  readonly negative: Ramp;
}

/** Pixels (T, T) of the differences −1…1 of two heads. */
export function changePixels(changes: ArrayLike<number>, T: number, ramps: SignedRamps): ImageData {
  return trianglePixels(changes, T, (x) => (x < 0 ? ramps.negative : ramps.positive));
}

function trianglePixels(
  values: ArrayLike<number>,
  T: number,
  rampOf: (value: number) => Ramp
): ImageData {
  const image = new ImageData(T, T);
  for (let t = 0; t < T; t++) {
    for (let s = 0; s <= t; s++) {
      const value = values[t * T + s];
      const ramp = rampOf(value);
      const color = rampIndex(Math.abs(value));
      const pixel = (t * T + s) * 4;
      image.data.set(ramp.subarray(color, color + 3), pixel);
      image.data[pixel + 3] = 255;
    }
  }
  return image;
}

export interface Cell {
  /** Row: the position that looks. */
  readonly t: number;
  /** Column: the position that is looked at. */
  readonly s: number;
}

/** A cell of one head. */
export type HeadCell = HeadPlace & Cell;

/** The cell under a point of a square of some size, or null after the diagonal. */
export function cellAt(x: number, y: number, size: number, T: number): Cell | null {
  const clamp = (value: number) => Math.min(Math.max(Math.floor((value / size) * T), 0), T - 1);
  const cell = { t: clamp(y), s: clamp(x) };
  return cell.s <= cell.t ? cell : null;
}

/** Columns in which `count` equal squares, each with a caption below, come out largest inside a rectangle. */
export function bestColumns(
  count: number,
  width: number,
  height: number,
  gap: number,
  caption: number
): { readonly columns: number; readonly size: number } {
  let best = { columns: 1, size: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const across = (width - (columns - 1) * gap) / columns;
    const down = (height - (rows - 1) * gap) / rows - caption;
    const size = Math.floor(Math.min(across, down));
    if (size > best.size) best = { columns, size };
  }
  return best;
}
