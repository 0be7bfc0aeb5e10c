import { Reals } from '../types';

const EPSILON: f32 = 1e-5;

export function rmsnorm_forward(T: i32, C: i32, x: Reals, y: Reals): void {
  for (let t = 0; t < T; t++) {
    let square: f32 = 0;
    for (let j = 0; j < C; j++) square += x[t * C + j] * x[t * C + j];
    const s: f32 = 1 / sqrt<f32>(square / <f32>C + EPSILON);
    for (let c = 0; c < C; c++) y[t * C + c] = s * x[t * C + c];
  }
}

export function rmsnorm_backward(T: i32, C: i32, x: Reals, y: Reals, dx: Reals, dy: Reals): void {
  for (let t = 0; t < T; t++) {
    let square: f32 = 0;
    let dot: f32 = 0;
    for (let j = 0; j < C; j++) {
      square += x[t * C + j] * x[t * C + j];
      dot += dy[t * C + j] * x[t * C + j];
    }
    const s: f32 = 1 / sqrt<f32>(square / <f32>C + EPSILON);
    const k: f32 = (s * s * s * dot) / <f32>C;
    for (let c = 0; c < C; c++) dx[t * C + c] += s * dy[t * C + c] - k * x[t * C + c];
  }
}
