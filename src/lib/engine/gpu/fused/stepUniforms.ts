import type { AdamStep } from '../../adam';

/** Bytes from one step's uniforms to the next: WebGPU's coarsest alignment of dynamic offsets. */
export const STEP_STRIDE = 256;

/** The uniforms of a step, as kernels see them. */
export const STEP_STRUCT = `
struct Step {
  T: u32,           // positions
  slot: u32,        // place among the steps of a submit
  row: u32,         // where its rows begin in rows and losses
  links: u32,       // where its links begin in links
  sums: u32,        // where its sums begin in sums
  first_tile: u32,  // of the weights' gradients
  end_tile: u32,
  learning_rate: f32,
  correction1: f32,
  correction2: f32,
}`;

/** Tiles of the weights' gradients, `to` not included. */
export interface TileRange {
  readonly from: number;
  readonly to: number;
}

export interface StepUniforms {
  readonly T: number;
  readonly slot: number;
  readonly row: number;
  readonly links: number;
  readonly sums: number;
  readonly tiles: TileRange;
  readonly update: AdamStep;
}

/** Writes the uniforms as `STEP_STRUCT` lays them out. */
export function writeStep(view: DataView, offset: number, step: StepUniforms): void {
  const { T, slot, row, links, sums, tiles, update } = step;
  [T, slot, row, links, sums].forEach((whole, i) => view.setUint32(offset + 4 * i, whole, true));
  writeTiles(view, offset, tiles);
  [update.learning_rate, update.correction1, update.correction2].forEach((real, i) =>
    view.setFloat32(offset + 28 + 4 * i, real, true)
  );
}

/** Overwrites first_tile and end_tile. */
export function writeTiles(view: DataView, offset: number, { from, to }: TileRange): void {
  view.setUint32(offset + 20, from, true);
  view.setUint32(offset + 24, to, true);
}
