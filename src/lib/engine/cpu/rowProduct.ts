import type { Dims, Tensors } from '../ops/operation';

/**
 * `linear` of one row, x (n_in), w (n_out, n_in) → y (n_out), four outputs at a time: every sum in the order of the
 * operation's own loops, and so to the same bits, but none has to wait for another's additions.
 */
export function rowProduct({ x, w, y }: Tensors, { n_in, n_out }: Dims): void {
  const whole = n_out - (n_out % 4);
  for (let o = 0; o < whole; o += 4) {
    const [first, second, third, fourth] = [
      o * n_in,
      (o + 1) * n_in,
      (o + 2) * n_in,
      (o + 3) * n_in
    ];
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < n_in; i++) {
      const xi = x[i];
      a += w[first + i] * xi;
      b += w[second + i] * xi;
      c += w[third + i] * xi;
      d += w[fourth + i] * xi;
    }
    y[o] = a;
    y[o + 1] = b;
    y[o + 2] = c;
    y[o + 3] = d;
  }
  for (let o = whole; o < n_out; o++) {
    let sum = 0;
    for (let i = 0; i < n_in; i++) sum += w[o * n_in + i] * x[i];
    y[o] = sum;
  }
}
