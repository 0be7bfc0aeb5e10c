import { Reals } from '../types';

export function mean_forward(T: i32, x: Reals, y: Reals): void {
  let sum: f32 = 0;
  for (let t = 0; t < T; t++) sum += x[t];
  y[0] = sum / <f32>T;
}

export function mean_backward(T: i32, x: Reals, y: Reals, dx: Reals, dy: Reals): void {
  for (let t = 0; t < T; t++) dx[t] += dy[0] / <f32>T;
}
