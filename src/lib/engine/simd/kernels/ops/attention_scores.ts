import { Indices, Reals } from '../types';

export function attention_scores_forward(
  T: i32,
  C: i32,
  H: i32,
  S: i32,
  head_dim: i32,
  q: Reals,
  k: Reals,
  starts: Indices,
  lengths: Indices,
  y: Reals
): void {
  const scale: f32 = 1 / sqrt<f32>(<f32>head_dim);
  for (let t = 0; t < T; t++) {
    for (let h = 0; h < H; h++) {
      for (let s = 0; s < S; s++) {
        let sum: f32 = 0;
        if (s < lengths[t]) {
          const qh = t * C + h * head_dim;
          const kh = (starts[t] + s) * C + h * head_dim;
          for (let j = 0; j < head_dim; j++) sum += q[qh + j] * k[kh + j];
        }
        y[(t * H + h) * S + s] = sum * scale;
      }
    }
  }
}

export function attention_scores_backward(
  T: i32,
  C: i32,
  H: i32,
  S: i32,
  head_dim: i32,
  q: Reals,
  k: Reals,
  starts: Indices,
  lengths: Indices,
  y: Reals,
  dq: Reals,
  dk: Reals,
  dy: Reals
): void {
  const scale: f32 = 1 / sqrt<f32>(<f32>head_dim);
  for (let t = 0; t < T; t++) {
    const start = starts[t];
    const length = lengths[t];
    for (let h = 0; h < H; h++) {
      for (let j = 0; j < head_dim; j++) {
        const c = h * head_dim + j;
        let sumQ: f32 = 0;
        let sumK: f32 = 0;
        for (let s = 0; s < length; s++) {
          sumQ += dy[(t * H + h) * S + s] * scale * k[(start + s) * C + c];
          sumK += dy[((start + s) * H + h) * S + t - start] * scale * q[(start + s) * C + c];
        }
        dq[t * C + c] += sumQ;
        dk[t * C + c] += sumK;
      }
    }
  }
}
