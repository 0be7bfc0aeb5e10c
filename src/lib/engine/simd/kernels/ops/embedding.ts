import { Indices, Reals } from '../types';

export function embedding_forward(T: i32, V: i32, C: i32, w: Reals, ids: Indices, y: Reals): void {
  for (let t = 0; t < T; t++) {
    for (let c = 0; c < C; c++) y[t * C + c] = w[ids[t] * C + c];
  }
}

export function embedding_backward(
  T: i32,
  V: i32,
  C: i32,
  w: Reals,
  ids: Indices,
  y: Reals,
  dw: Reals,
  dy: Reals
): void {
  for (let t = 0; t < T; t++) {
    for (let c = 0; c < C; c++) dw[ids[t] * C + c] += dy[t * C + c];
  }
}
