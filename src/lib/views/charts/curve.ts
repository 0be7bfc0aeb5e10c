/** A curve has one number for every step: step s at [s − 1]. */
export type Curve = ArrayLike<number>;

/** Weight of the past in the smoothed loss: it looks back on about 20 steps. */
export const SMOOTHING = 0.95;

/**
 * Exponential moving average without the pull to 0 of its first values: after Adam's bias correction.
 * A value that is not finite is left out of the average.
 */
export function smooth(curve: Curve, beta = SMOOTHING): Float64Array {
  const smoothed = new Float64Array(curve.length);
  let average = 0;
  let weight = 0;
  for (let i = 0; i < curve.length; i++) {
    if (Number.isFinite(curve[i])) {
      average = beta * average + (1 - beta) * curve[i];
      weight = beta * weight + (1 - beta);
    }
    smoothed[i] = weight > 0 ? average / weight : NaN;
  }
  return smoothed;
}

/** What one pixel column of a curve shows. */
export interface Column {
  readonly x: number;
  readonly first: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/**
 * A curve thinned to pixel columns, so that no peak is lost and no more is drawn than a screen has.
 * @param lastStep the step at the right edge; step 1 is at the left
 */
export function pixelColumns(curve: Curve, lastStep: number, width: number): Column[] {
  const columns: { -readonly [K in keyof Column]: Column[K] }[] = [];
  for (let i = 0; i < curve.length; i++) {
    const value = curve[i];
    if (!Number.isFinite(value)) continue;
    const x = Math.round(stepX(i + 1, lastStep, width));
    const column = columns[columns.length - 1];
    if (column?.x !== x) {
      columns.push({ x, first: value, min: value, max: value, last: value });
    } else {
      column.min = Math.min(column.min, value);
      column.max = Math.max(column.max, value);
      column.last = value;
    }
  }
  return columns;
}

/** Where a step lies between the left edge (step 1) and the right one (the last step). */
export function stepX(step: number, lastStep: number, width: number): number {
  return lastStep <= 1 ? 0 : ((step - 1) / (lastStep - 1)) * width;
}

/** The step nearest to a place, from 1 to the last. */
export function stepAt(x: number, lastStep: number, width: number): number {
  const step = 1 + Math.round((x / Math.max(width, 1)) * (lastStep - 1));
  return Math.min(Math.max(step, 1), lastStep);
}

/** Smallest and largest finite value, or null. */
export function extent(curve: Curve): readonly [min: number, max: number] | null {
  let min = Infinity;
  let max = -Infinity;
  for (let i = 0; i < curve.length; i++) {
    if (!Number.isFinite(curve[i])) continue;
    if (curve[i] < min) min = curve[i];
    if (curve[i] > max) max = curve[i];
  }
  return min <= max ? [min, max] : null;
}

/** Round numbers from `from` to `to`, 1, 2 or 5 times a power of ten apart: about `count` of them. */
export function ticks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from];
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const unit = [1, 2, 5, 10].find((u) => u * power >= rough)! * power;
  const found: number[] = [];
  // Counted in whole units, so that no rounding adds up.
  for (let k = Math.ceil(from / unit); k * unit <= to * (1 + 1e-9); k++) {
    found.push(Number((k * unit).toPrecision(12)));
  }
  return found;
}

/** Values worth a line on a logarithmic axis: the powers of ten inside, or 1, 2, 5 times them where those are few. */
export function logTicks(from: number, to: number): number[] {
  const found: number[] = [];
  for (let e = Math.floor(Math.log10(from)); e <= Math.ceil(Math.log10(to)); e++) {
    for (const digit of [1, 2, 5]) {
      const value = Number(`${digit}e${e}`);
      if (value >= from && value <= to) found.push(value);
    }
  }
  const powers = found.filter((value) => Number.isInteger(Number(Math.log10(value).toFixed(9))));
  return powers.length >= 3 ? powers : found;
}

/** Decades around all values above 0, for an axis that changes only when a curve leaves it. */
export function decades(curves: readonly Curve[]): readonly [from: number, to: number] {
  let min = Infinity;
  let max = 0;
  for (const curve of curves) {
    for (let i = 0; i < curve.length; i++) {
      const value = curve[i];
      if (!(value > 0 && value < Infinity)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  if (min > max) return [1e-3, 1];
  const from = Math.floor(Math.log10(min));
  const to = Math.ceil(Math.log10(max));
  return [10 ** from, 10 ** Math.max(to, from + 1)];
}
