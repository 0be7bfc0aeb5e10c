import { Indices, Reals } from '../types';
import { logOf } from '../vector';

export function cross_entropy_forward(T: i32, V: i32, p: Reals, targets: Indices, y: Reals): void {
  for (let t = 0; t < T; t++) y[t] = -logOf(p[t * V + targets[t]]);
}

export function cross_entropy_backward(
  T: i32,
  V: i32,
  p: Reals,
  targets: Indices,
  y: Reals,
  dp: Reals,
  dy: Reals
): void {
  for (let t = 0; t < T; t++) dp[t * V + targets[t]] -= dy[t] / p[t * V + targets[t]];
}
