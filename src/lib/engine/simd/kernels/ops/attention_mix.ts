import { Indices, Reals } from '../types';

export function attention_mix_forward(
  T: i32,
  C: i32,
  H: i32,
  S: i32,
  head_dim: i32,
  a: Reals,
  v: Reals,
  starts: Indices,
  lengths: Indices,
  y: Reals
): void {
  for (let t = 0; t < T; t++) {
    for (let h = 0; h < H; h++) {
      for (let j = 0; j < head_dim; j++) {
        let sum: f32 = 0;
        for (let s = 0; s < lengths[t]; s++) {
          sum += a[(t * H + h) * S + s] * v[(starts[t] + s) * C + h * head_dim + j];
        }
        y[t * C + h * head_dim + j] = sum;
      }
    }
  }
}

export function attention_mix_backward(
  T: i32,
  C: i32,
  H: i32,
  S: i32,
  head_dim: i32,
  a: Reals,
  v: Reals,
  starts: Indices,
  lengths: Indices,
  y: Reals,
  da: Reals,
  dv: Reals,
  dy: Reals
): void {
  for (let t = 0; t < T; t++) {
    const start = starts[t];
    for (let h = 0; h < H; h++) {
      for (let s = 0; s < lengths[t]; s++) {
        const vh = (start + s) * C + h * head_dim;
        let sum: f32 = 0;
        for (let j = 0; j < head_dim; j++) sum += dy[t * C + h * head_dim + j] * v[vh + j];
        da[(t * H + h) * S + s] += sum;
      }
      for (let j = 0; j < head_dim; j++) {
        const c = h * head_dim + j;
        let sum: f32 = 0;
        for (let s = 0; s < lengths[t]; s++) {
          sum += a[((start + s) * H + h) * S + t - start] * dy[(start + s) * C + c];
        }
        dv[t * C + c] += sum;
      }
    }
  }
}
