import { Reals } from '../types';
import { expOf } from '../vector';

export function softmax_forward(rows: i32, n: i32, x: Reals, y: Reals): void {
  for (let r = 0; r < rows; r++) {
    let max = x[r * n];
    for (let i = 1; i < n; i++) if (x[r * n + i] > max) max = x[r * n + i];
    let sum: f32 = 0;
    for (let i = 0; i < n; i++) sum += y[r * n + i] = expOf(x[r * n + i] - max);
    for (let i = 0; i < n; i++) y[r * n + i] /= sum;
  }
}

export function softmax_backward(
  rows: i32,
  n: i32,
  x: Reals,
  y: Reals,
  dx: Reals,
  dy: Reals
): void {
  for (let r = 0; r < rows; r++) {
    let dot: f32 = 0;
    for (let j = 0; j < n; j++) dot += dy[r * n + j] * y[r * n + j];
    for (let i = 0; i < n; i++) dx[r * n + i] += y[r * n + i] * (dy[r * n + i] - dot);
  }
}
