import { exp, firstLanes, logOf, maxOf, multiplyAdd, sumOf, SMALLEST_NORMAL } from './vector';

/** Kernels that go through a tensor row by row. Rows are filled up with zeros to a multiple of four. Strides in bytes. */

const EPSILON: f32 = 1e-5;

/** Rows of wte and wpe added, x[t] = wte[tokens[t]] + wpe[positions[t]]; `row` bytes in each. */
export function embed(
  T: i32,
  row: usize,
  tokens: usize,
  positions: usize,
  wte: usize,
  wpe: usize,
  x: usize,
  xRow: usize
): void {
  for (let t = 0; t < T; t++) {
    const token = wte + <usize>load<i32>(tokens + (t << 2)) * row;
    const position = wpe + <usize>load<i32>(positions + (t << 2)) * row;
    for (let c: usize = 0; c < row; c += 16) {
      v128.store(x + c, f32x4.add(v128.load(token + c), v128.load(position + c)));
    }
    x += xRow;
  }
}

/** dwte[tokens[t]] += dx[t], dwpe[positions[t]] += dx[t]. */
export function embedBackward(
  T: i32,
  row: usize,
  tokens: usize,
  positions: usize,
  dwte: usize,
  dwpe: usize,
  dx: usize,
  dxRow: usize
): void {
  for (let t = 0; t < T; t++) {
    const token = dwte + <usize>load<i32>(tokens + (t << 2)) * row;
    const position = dwpe + <usize>load<i32>(positions + (t << 2)) * row;
    for (let c: usize = 0; c < row; c += 16) {
      const d = v128.load(dx + c);
      v128.store(token + c, f32x4.add(v128.load(token + c), d));
      v128.store(position + c, f32x4.add(v128.load(position + c), d));
    }
    dx += dxRow;
  }
}

/** Rmsnorm of rows of C numbers: y = s · x, s = (Σ x² / C + 10⁻⁵)^−½; keeps s (T). x and y have rows of one length. */
export function norm(T: i32, C: i32, x: usize, y: usize, row: usize, s: usize): void {
  const width = (<usize>((C + 3) >> 2)) << 4;
  for (let t = 0; t < T; t++) {
    let squares = f32x4.splat(0);
    for (let c: usize = 0; c < width; c += 16) {
      const v = v128.load(x + c);
      squares = multiplyAdd(v, v, squares);
    }
    const scale: f32 = 1 / sqrt<f32>(sumOf(squares) / <f32>C + EPSILON);
    store<f32>(s + (t << 2), scale);
    for (let c: usize = 0; c < width; c += 16) {
      v128.store(y + c, f32x4.mul(v128.load(x + c), f32x4.splat(scale)));
    }
    x += row;
    y += row;
  }
}

/** Adds to dx what flows back through a norm: s · (dy − y · Σ dy · y / C). All rows have one length. */
export function normBackward(
  T: i32,
  C: i32,
  y: usize,
  s: usize,
  dy: usize,
  dx: usize,
  row: usize
): void {
  const width = (<usize>((C + 3) >> 2)) << 4;
  for (let t = 0; t < T; t++) {
    let products = f32x4.splat(0);
    for (let c: usize = 0; c < width; c += 16) {
      products = multiplyAdd(v128.load(dy + c), v128.load(y + c), products);
    }
    const scale = load<f32>(s + (t << 2));
    const share = f32x4.splat((-scale * sumOf(products)) / <f32>C);
    for (let c: usize = 0; c < width; c += 16) {
      const straight = multiplyAdd(f32x4.splat(scale), v128.load(dy + c), v128.load(dx + c));
      v128.store(dx + c, multiplyAdd(share, v128.load(y + c), straight));
    }
    y += row;
    dy += row;
    dx += row;
  }
}

/** y = x², for the squared ReLU. */
export function square(T: i32, x: usize, y: usize, row: usize): void {
  const end = x + <usize>T * row;
  for (; x < end; x += 16, y += 16) {
    const v = v128.load(x);
    v128.store(y, f32x4.mul(v, v));
  }
}

/**
 * Softmax of scale · x over the first n numbers of a row, in place; 0 up to a multiple of four.
 * Returns Σ e^(scale · (x − max x)).
 */
export function softmax(row: usize, n: i32, scale: f32): f32 {
  const whole = row + <usize>(((n - 1) >> 2) << 4);
  const last = firstLanes(((n - 1) & 3) + 1);
  const top = f32x4.splat(largestOf(row, n));
  const factor = f32x4.splat(scale);
  let powers = f32x4.splat(0);
  for (let at = row; at < whole; at += 16) {
    const power = exp(f32x4.mul(f32x4.sub(v128.load(at), top), factor));
    v128.store(at, power);
    powers = f32x4.add(powers, power);
  }
  const power = v128.and(exp(f32x4.mul(f32x4.sub(v128.load(whole), top), factor)), last);
  v128.store(whole, power);
  const sum = sumOf(f32x4.add(powers, power));
  const share = f32x4.splat(1 / sum);
  for (; row <= whole; row += 16) v128.store(row, f32x4.mul(v128.load(row), share));
  return sum;
}

/** The largest of the first n numbers of a row. */
function largestOf(row: usize, n: i32): f32 {
  const whole = row + <usize>(((n - 1) >> 2) << 4);
  const last = firstLanes(((n - 1) & 3) + 1);
  let largest = v128.bitselect(v128.load(whole), f32x4.splat(-Infinity), last);
  for (; row < whole; row += 16) largest = f32x4.pmax(largest, v128.load(row));
  return maxOf(largest);
}

/**
 * Softmax, cross-entropy and their gradient for T rows of V logits: probs, losses (T) = log Σ eˣ − x[target], and
 * dlogits = (probs − 1 at the target) · share. All rows have one length; what fills them up stays 0.
 */
export function loss(
  T: i32,
  V: i32,
  logits: usize,
  probs: usize,
  dlogits: usize,
  row: usize,
  targets: usize,
  losses: usize,
  share: f32
): void {
  const width = (<usize>((V + 3) >> 2)) << 4;
  for (let t = 0; t < T; t++) {
    const target = (<usize>load<i32>(targets + (t << 2))) << 2;
    const below = largestOf(logits, V) - load<f32>(logits + target);
    memory.copy(probs, logits, width);
    store<f32>(losses + (t << 2), logOf(softmax(probs, V, 1)) + below);
    for (let v: usize = 0; v < width; v += 16) {
      v128.store(dlogits + v, f32x4.mul(v128.load(probs + v), f32x4.splat(share)));
    }
    store<f32>(dlogits + target, (load<f32>(probs + target) - 1) * share);
    logits += row;
    probs += row;
    dlogits += row;
  }
}

/** Σ x over T numbers, in f64. */
export function total(T: i32, x: usize): f64 {
  let sum: f64 = 0;
  for (let t = 0; t < T; t++) sum += <f64>load<f32>(x + (t << 2));
  return sum;
}

/** x += y over so many bytes. */
export function accumulate(x: usize, y: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16) {
    v128.store(x + i, f32x4.add(v128.load(x + i), v128.load(y + i)));
  }
}

/** Numbers whose squares are summed in f32 before the sum goes on in f64. */
const BLOCK: usize = 1024;

/**
 * Adam over so many bytes, a multiple of 16; `rest1` is 1 − β₁, rounded once, `rate` is lr / (1 − β₁ᵗ) and `root` 1 / √(1 − β₂ᵗ).
 * Moments that have decayed to subnormal numbers become 0. Stores Σ g² and Σ update² as f64 at `norms`.
 */
export function adam(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  bytes: usize,
  beta1: f32,
  beta2: f32,
  rest1: f32,
  rest2: f32,
  rate: f32,
  root: f32,
  epsilon: f32,
  norms: usize
): void {
  const keep1 = f32x4.splat(beta1);
  const keep2 = f32x4.splat(beta2);
  const take1 = f32x4.splat(rest1);
  const take2 = f32x4.splat(rest2);
  const least = f32x4.splat(SMALLEST_NORMAL);
  let gradients: f64 = 0;
  let updates: f64 = 0;
  for (let from: usize = 0; from < bytes; from += 4 * BLOCK) {
    const to = min(from + 4 * BLOCK, bytes);
    let gSquares = f32x4.splat(0);
    let uSquares = f32x4.splat(0);
    for (let i = from; i < to; i += 16) {
      const d = v128.load(g + i);
      let first = multiplyAdd(keep1, v128.load(m + i), f32x4.mul(take1, d));
      let second = multiplyAdd(keep2, v128.load(v + i), f32x4.mul(take2, f32x4.mul(d, d)));
      first = v128.andnot(first, f32x4.lt(f32x4.abs(first), least));
      second = v128.andnot(second, f32x4.lt(second, least));
      v128.store(m + i, first);
      v128.store(v + i, second);
      const size = multiplyAdd(f32x4.sqrt(second), f32x4.splat(root), f32x4.splat(epsilon));
      const update = f32x4.div(f32x4.mul(f32x4.splat(rate), first), size);
      v128.store(w + i, f32x4.sub(v128.load(w + i), update));
      gSquares = multiplyAdd(d, d, gSquares);
      uSquares = multiplyAdd(update, update, uSquares);
    }
    gradients += <f64>sumOf(gSquares);
    updates += <f64>sumOf(uSquares);
  }
  store<f64>(norms, gradients);
  store<f64>(norms, updates, 8);
}
