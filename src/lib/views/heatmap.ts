import type { AttentionFrame } from '../run/snapshot';
import { rampIndex, type Ramp } from './ramp';

/** One head's weights of a frame, (T, T) row-major. */
export function headWeights(frame: AttentionFrame, layer: number, head: number): Float64Array {
  const { n_head, T, weights } = frame;
  const start = (layer * n_head + head) * T * T;
  return weights.subarray(start, start + T * T);
}

/** Pixels (T, T) of one head: weights 0…1 by the ramp; what lies after the position does not exist and stays clear. */
export function heatmapPixels(weights: ArrayLike<number>, T: number, ramp: Ramp): ImageData {
  const image = new ImageData(T, T);
  for (let t = 0; t < T; t++) {
    for (let s = 0; s <= t; s++) {
      const color = rampIndex(weights[t * T + s]);
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

/** The cell under a point of a square of some size, or null after the diagonal. */
export function cellAt(x: number, y: number, size: number, T: number): Cell | null {
  const clamp = (value: number) => Math.min(Math.max(Math.floor((value / size) * T), 0), T - 1);
  const cell = { t: clamp(y), s: clamp(x) };
  return cell.s <= cell.t ? cell : null;
}

/** Entropy of a row in bits: over how many positions a head spreads its look, 2^bits. */
export function rowEntropy(row: ArrayLike<number>): number {
  let bits = 0;
  for (let s = 0; s < row.length; s++) if (row[s] > 0) bits -= row[s] * Math.log2(row[s]);
  return bits;
}
