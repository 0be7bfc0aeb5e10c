import { Indices, Reals } from '../types';

const MASKED: f32 = -1e30;

export function causal_mask_forward(
  T: i32,
  H: i32,
  S: i32,
  x: Reals,
  positions: Indices,
  y: Reals
): void {
  for (let t = 0; t < T; t++) {
    for (let h = 0; h < H; h++) {
      const row = (t * H + h) * S;
      for (let s = 0; s < S; s++) y[row + s] = s <= positions[t] ? x[row + s] : MASKED;
    }
  }
}

export function causal_mask_backward(
  T: i32,
  H: i32,
  S: i32,
  x: Reals,
  positions: Indices,
  y: Reals,
  dx: Reals,
  dy: Reals
): void {
  for (let t = 0; t < T; t++) {
    for (let h = 0; h < H; h++) {
      const row = (t * H + h) * S;
      for (let s = 0; s <= positions[t]; s++) dx[row + s] += dy[row + s];
    }
  }
}
