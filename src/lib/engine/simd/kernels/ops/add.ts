import { Reals } from '../types';

export function add_forward(N: i32, a: Reals, b: Reals, y: Reals): void {
  for (let i = 0; i < N; i++) y[i] = a[i] + b[i];
}

export function add_backward(
  N: i32,
  a: Reals,
  b: Reals,
  y: Reals,
  da: Reals,
  db: Reals,
  dy: Reals
): void {
  for (let i = 0; i < N; i++) {
    da[i] += dy[i];
    db[i] += dy[i];
  }
}
