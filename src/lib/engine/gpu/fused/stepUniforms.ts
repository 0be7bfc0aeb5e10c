import type { AdamStep } from '../../adam';

/** Numbers of 4 bytes that a step has in `steps`. */
export const STEP_NUMBERS = 8;

/** Bytes from one span to the next: WebGPU's coarsest alignment of dynamic offsets. */
export const SPAN_STRIDE = 256;

/** What kernels are told of a step, and of what a dispatch is to do. */
export const STEP_STRUCTS = `
struct Step {
  T: u32,         // positions
  rows: u32,      // where its rows begin in inputs
  links: u32,     // where its links begin in inputs
  readings: u32,  // where its readings begin in readings
  sums: u32,      // where its sums begin in sums
  learning_rate: f32,
  correction1: f32,
  correction2: f32,
}

struct Span {
  first: u32,  // place in steps of the first step, or of the only one
  end: u32,    // place after the last
  start: u32,  // first tile of the weights
  to: u32,     // tile after the last
}`;

/** Tiles of the weights, `to` not included. */
export interface TileRange {
  readonly from: number;
  readonly to: number;
}

/** Steps of a submit, `end` not included, and tiles of the weights: what one dispatch is to do. */
export interface Span {
  readonly first: number;
  readonly end: number;
  readonly tiles: TileRange;
}

/** Where a step's numbers lie, and the numbers of its update. */
export interface StepNumbers {
  readonly T: number;
  readonly rows: number;
  readonly links: number;
  readonly readings: number;
  readonly sums: number;
  readonly update: AdamStep;
}

/** Writes a step as `Step` lays it out. */
export function writeStep(view: DataView, slot: number, step: StepNumbers): void {
  const { T, rows, links, readings, sums, update } = step;
  const offset = 4 * STEP_NUMBERS * slot;
  [T, rows, links, readings, sums].forEach((whole, i) =>
    view.setUint32(offset + 4 * i, whole, true)
  );
  [update.learning_rate, update.correction1, update.correction2].forEach((real, i) =>
    view.setFloat32(offset + 20 + 4 * i, real, true)
  );
}

/** Spans one after another, as `Span` lays them out. */
export function layOutSpans(spans: readonly Span[]): Uint32Array<ArrayBuffer> {
  const numbers = new Uint32Array((spans.length * SPAN_STRIDE) / 4);
  spans.forEach(({ first, end, tiles }, i) =>
    numbers.set([first, end, tiles.from, tiles.to], (i * SPAN_STRIDE) / 4)
  );
  return numbers;
}
