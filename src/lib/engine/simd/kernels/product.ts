import { multiplyAdd } from './vector';

/**
 * Matrix products c = a · b in tiles of 4 rows × 8 columns that stay in registers over the whole sum. a may be read
 * across or down: a[m, k] lies at a + m · aRow + k · aStep. Eight columns of b and c lie side by side. Strides in bytes.
 */

/** What becomes of a sum before it is stored at c; r is read at the same place as c. */
export const STORE: i32 = 0;
/** r + sum: a residual connection, or a gradient that accumulates. */
export const ADD: i32 = 1;
/** max(0, sum). */
export const RELU: i32 = 2;
/** The sum where r > 0, else 0: backward of ReLU, r being what it gave. */
export const GATE: i32 = 3;
/** 2 · r · sum: backward of the squared ReLU, r being max(0, h). */
export const GATE_SQUARE: i32 = 4;

/** Rows of a tile, and columns. */
export const TILE: i32 = 4;
export const PANEL: i32 = 8;

/**
 * c = finish(a · b) for so many rows, a multiple of four, and panels of eight columns.
 * @param K products in each sum
 * @param bStep between the rows of b, bPanel between its panels
 */
export function product(
  rows: i32,
  panels: i32,
  K: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  bPanel: usize,
  c: usize,
  cRow: usize,
  cPanel: usize,
  r: usize,
  finish: i32
): void {
  const aTile = <usize>TILE * aRow;
  const cTile = <usize>TILE * cRow;
  for (let p = 0; p < panels; p++) {
    let aAt = a;
    let cAt = c;
    let rAt = r;
    for (let m = 0; m < rows; m += TILE) {
      tile8(K, aAt, aRow, aStep, b, bStep, cAt, cRow, rAt, finish);
      aAt += aTile;
      cAt += cTile;
      rAt += cTile;
    }
    b += bPanel;
    c += cPanel;
    r += cPanel;
  }
}

/** One tile of 4 rows × 8 columns. */
export function tile8(
  K: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize,
  r: usize,
  finish: i32
): void {
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let c00 = f32x4.splat(0);
  let c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0);
  let c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0);
  let c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0);
  let c31 = f32x4.splat(0);
  for (let k = 0; k < K; k++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load_splat<f32>(a);
    c00 = multiplyAdd(x0, b0, c00);
    c01 = multiplyAdd(x0, b1, c01);
    const x1 = v128.load_splat<f32>(a1);
    c10 = multiplyAdd(x1, b0, c10);
    c11 = multiplyAdd(x1, b1, c11);
    const x2 = v128.load_splat<f32>(a2);
    c20 = multiplyAdd(x2, b0, c20);
    c21 = multiplyAdd(x2, b1, c21);
    const x3 = v128.load_splat<f32>(a3);
    c30 = multiplyAdd(x3, b0, c30);
    c31 = multiplyAdd(x3, b1, c31);
    a += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    b += bStep;
  }
  finishRow(finish, c, r, c00, c01);
  finishRow(finish, c + cRow, r + cRow, c10, c11);
  finishRow(finish, c + 2 * cRow, r + 2 * cRow, c20, c21);
  finishRow(finish, c + 3 * cRow, r + 3 * cRow, c30, c31);
}

/** One tile of 4 rows × 4 columns, stored as it is. */
export function tile4(
  K: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  c: usize,
  cRow: usize
): void {
  let a1 = a + aRow;
  let a2 = a1 + aRow;
  let a3 = a2 + aRow;
  let c0 = f32x4.splat(0);
  let c1 = f32x4.splat(0);
  let c2 = f32x4.splat(0);
  let c3 = f32x4.splat(0);
  for (let k = 0; k < K; k++) {
    const b0 = v128.load(b);
    c0 = multiplyAdd(v128.load_splat<f32>(a), b0, c0);
    c1 = multiplyAdd(v128.load_splat<f32>(a1), b0, c1);
    c2 = multiplyAdd(v128.load_splat<f32>(a2), b0, c2);
    c3 = multiplyAdd(v128.load_splat<f32>(a3), b0, c3);
    a += aStep;
    a1 += aStep;
    a2 += aStep;
    a3 += aStep;
    b += bStep;
  }
  v128.store(c, c0);
  v128.store(c + cRow, c1);
  v128.store(c + 2 * cRow, c2);
  v128.store(c + 3 * cRow, c3);
}

/** Called, it would have the tile's sums put away in memory first. */
// @inline
function finishRow(finish: i32, c: usize, r: usize, left: v128, right: v128): void {
  if (finish === STORE) {
    v128.store(c, left);
    v128.store(c, right, 16);
  } else {
    v128.store(c, finished(finish, r, left));
    v128.store(c, finished(finish, r + 16, right), 16);
  }
}

// @inline
function finished(finish: i32, r: usize, sum: v128): v128 {
  if (finish === ADD) return f32x4.add(v128.load(r), sum);
  const zero = f32x4.splat(0);
  if (finish === RELU) return f32x4.pmax(sum, zero);
  const gate = v128.load(r);
  if (finish === GATE) return v128.and(sum, f32x4.gt(gate, zero));
  return f32x4.mul(f32x4.add(gate, gate), sum);
}

/** Writes 8 × 8 numbers that lie end to end with rows and columns exchanged. */
export function transpose8(from: usize, to: usize): void {
  transpose4(from, 32, to, 32);
  transpose4(from + 16, 32, to + 128, 32);
  transpose4(from + 128, 32, to + 16, 32);
  transpose4(from + 144, 32, to + 144, 32);
}

/** Writes 4 × 4 numbers with rows and columns exchanged; bytes from row to row. */
export function transpose4(from: usize, fromRow: usize, to: usize, toRow: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + fromRow);
  const r2 = v128.load(from + 2 * fromRow);
  const r3 = v128.load(from + 3 * fromRow);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(to + toRow, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(to + 2 * toRow, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(to + 3 * toRow, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}
