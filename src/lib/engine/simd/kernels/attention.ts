import { STORE, tile4, tile8, TILE, transpose4 } from './product';
import { softmax } from './rows';
import { firstLanes, multiplyAdd, sumOf } from './vector';

/**
 * Causal attention of every document and head. Queries, keys and values of a row lie in one row of `qkv`, each head's
 * numbers filled up with zeros to `head` bytes, a multiple of 16. `documents`: their count, then row and length of each.
 * Weights lie head by head, (H, T, S). Four queries are worked on together; a document's last tile may reach into the
 * rows after it, which are written when their own turn comes. Strides in bytes.
 */

/** Where the tensors lie, and their strides. */
let keys: usize = 0; // from a query to its key
let qkvRow: usize = 0;
let mixRow: usize = 0;
let weightRow: usize = 0;
let weightHead: usize = 0;
let head: usize = 0;
let packed: usize = 0;

/** Says how attention is laid out; `packing` is room for one head of one document. */
export function layAttention(
  headBytes: usize,
  qkv: usize,
  mix: usize,
  weights: usize,
  perHead: usize,
  heads: usize,
  packing: usize
): void {
  head = headBytes;
  qkvRow = qkv;
  mixRow = mix;
  weightRow = weights;
  weightHead = perHead;
  keys = heads;
  packed = packing;
}

/** mix[t] = Σₛ a[t, s] · v[s], a = softmax of scale · q · k over s ≤ t. */
export function attend(
  documents: usize,
  H: i32,
  scale: f32,
  qkv: usize,
  a: usize,
  mix: usize
): void {
  const count = load<i32>(documents);
  for (let d = 0; d < count; d++) {
    const start = <usize>load<i32>(documents + 4 + (d << 3));
    const L = load<i32>(documents + 8 + (d << 3));
    for (let h = 0; h < H; h++) {
      const at = <usize>h * head;
      const weights = a + <usize>h * weightHead + start * weightRow;
      attendHead(L, scale, qkv + start * qkvRow + at, weights, mix + start * mixRow + at);
    }
  }
}

function attendHead(L: i32, scale: f32, q: usize, a: usize, mix: usize): void {
  pack(L, q + keys);
  const v = q + 2 * keys;
  for (let t = 0; t < L; t += TILE) {
    scores(t, q, qkvRow, a);
    const row = a + <usize>t * weightRow;
    const n = min(TILE, L - t);
    for (let i = 0; i < n; i++) softmax(row + <usize>i * weightRow, t + i + 1, scale);
    combine(min(t + TILE, L), row, weightRow, 4, v, qkvRow, mix + <usize>t * mixRow, mixRow);
  }
}

/** From dmix: dqkv, through the weights a that `attend` kept; `ds` is room like theirs for one head. */
export function attendBackward(
  documents: usize,
  H: i32,
  scale: f32,
  qkv: usize,
  a: usize,
  ds: usize,
  dmix: usize,
  dqkv: usize
): void {
  const count = load<i32>(documents);
  for (let d = 0; d < count; d++) {
    const start = <usize>load<i32>(documents + 4 + (d << 3));
    const L = load<i32>(documents + 8 + (d << 3));
    for (let h = 0; h < H; h++) {
      const at = <usize>h * head;
      const weights = a + <usize>h * weightHead + start * weightRow;
      const q = qkv + start * qkvRow + at;
      const dq = dqkv + start * qkvRow + at;
      attendHeadBackward(L, scale, q, weights, ds, dmix + start * mixRow + at, dq);
    }
  }
}

function attendHeadBackward(
  L: i32,
  scale: f32,
  q: usize,
  a: usize,
  ds: usize,
  dmix: usize,
  dq: usize
): void {
  pack(L, q + 2 * keys);
  const k = q + keys;
  for (let t = 0; t < L; t += TILE) {
    scores(t, dmix, mixRow, ds);
    const row = <usize>t * weightRow;
    for (let i = 0; i < TILE; i++) {
      const place = row + <usize>i * weightRow;
      softmaxBackward(a + place, ds + place, t + i + 1, scale);
    }
    combine(min(t + TILE, L), ds + row, weightRow, 4, k, qkvRow, dq + <usize>t * qkvRow, qkvRow);
  }
  for (let s = 0; s < L; s += TILE) {
    // Down the columns s … s + 3, from the diagonal on.
    const corner = <usize>s * (weightRow + 4);
    const row = <usize>s * qkvRow;
    combine(L - s, ds + corner, 4, weightRow, q + row, qkvRow, dq + keys + row, qkvRow);
    const dv = dq + 2 * keys + row;
    combine(L - s, a + corner, 4, weightRow, dmix + <usize>s * mixRow, mixRow, dv, qkvRow);
  }
}

/** ds = a · (da − Σ a · da) · scale over the first n numbers of a row, in place; 0 up to a multiple of four. */
function softmaxBackward(a: usize, ds: usize, n: i32, scale: f32): void {
  const whole = <usize>(((n - 1) >> 2) << 4);
  const last = v128.and(v128.load(ds + whole), firstLanes(((n - 1) & 3) + 1));
  let products = f32x4.mul(v128.load(a + whole), last);
  for (let i: usize = 0; i < whole; i += 16) {
    products = multiplyAdd(v128.load(a + i), v128.load(ds + i), products);
  }
  const dot = f32x4.splat(sumOf(products));
  const factor = f32x4.splat(scale);
  for (let i: usize = 0; i < whole; i += 16) {
    const d = f32x4.mul(f32x4.sub(v128.load(ds + i), dot), factor);
    v128.store(ds + i, f32x4.mul(v128.load(a + i), d));
  }
  const d = f32x4.mul(f32x4.sub(last, dot), factor);
  v128.store(ds + whole, f32x4.mul(v128.load(a + whole), d));
}

/** Products of four rows x with every packed row up to their own: c[t, s] = Σⱼ x[t, j] · packed[s, j]. */
function scores(t: i32, x: usize, xRow: usize, c: usize): void {
  const K = <i32>(head >> 2);
  x += <usize>t * xRow;
  c += <usize>t * weightRow;
  const end = c + ((<usize>(t + TILE)) << 2);
  for (let b = packed; c < end; c += 32, b += head << 3) {
    tile8(K, x, xRow, 4, b, 32, c, weightRow, 0, STORE);
  }
}

/** Four rows of a head: c = Σₛ a[s] · b[s] over K rows s of b. */
function combine(
  K: i32,
  a: usize,
  aRow: usize,
  aStep: usize,
  b: usize,
  bRow: usize,
  c: usize,
  cRow: usize
): void {
  const end = c + head;
  for (; c + 32 <= end; c += 32, b += 32) tile8(K, a, aRow, aStep, b, bRow, c, cRow, 0, STORE);
  if (c < end) tile4(K, a, aRow, aStep, b, bRow, c, cRow);
}

/** One head's rows x in panels of eight rows, each panel transposed: what `scores` multiplies with. */
function pack(L: i32, x: usize): void {
  const panel = head << 3;
  let to = packed;
  for (let s = 0; s < L; s += 8) {
    for (let j: usize = 0; j < head; j += 16) {
      transpose4(x + j, qkvRow, to + (j << 3), 32);
      transpose4(x + j + 4 * qkvRow, qkvRow, to + (j << 3) + 16, 32);
    }
    x += 8 * qkvRow;
    to += panel;
  }
}
