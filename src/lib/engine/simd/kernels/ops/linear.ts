import { Reals } from '../types';

export function linear_forward(T: i32, n_in: i32, n_out: i32, x: Reals, w: Reals, y: Reals): void {
  for (let t = 0; t < T; t++) {
    for (let o = 0; o < n_out; o++) {
      let sum: f32 = 0;
      for (let i = 0; i < n_in; i++) sum += w[o * n_in + i] * x[t * n_in + i];
      y[t * n_out + o] = sum;
    }
  }
}

/** Each sum is finished before it is added: a rounding of dx or dw counts once, not once for each term. */
export function linear_backward(
  T: i32,
  n_in: i32,
  n_out: i32,
  x: Reals,
  w: Reals,
  y: Reals,
  dx: Reals,
  dw: Reals,
  dy: Reals
): void {
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < n_in; i++) {
      let sum: f32 = 0;
      for (let o = 0; o < n_out; o++) sum += dy[t * n_out + o] * w[o * n_in + i];
      dx[t * n_in + i] += sum;
    }
  }
  for (let o = 0; o < n_out; o++) {
    for (let i = 0; i < n_in; i++) {
      let sum: f32 = 0;
      for (let t = 0; t < T; t++) sum += dy[t * n_out + o] * x[t * n_in + i];
      dw[o * n_in + i] += sum;
    }
  }
}
