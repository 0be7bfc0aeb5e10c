import { Reals } from '../types';

export function relu2_forward(N: i32, x: Reals, y: Reals): void {
  for (let i = 0; i < N; i++) y[i] = x[i] > 0 ? x[i] * x[i] : 0;
}

export function relu2_backward(N: i32, x: Reals, y: Reals, dx: Reals, dy: Reals): void {
  for (let i = 0; i < N; i++) if (x[i] > 0) dx[i] += 2 * x[i] * dy[i];
}
