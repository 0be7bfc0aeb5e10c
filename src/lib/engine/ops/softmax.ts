import { exp } from '../math';
import { expOf, maxOf, minus, named, numbers, product, quotient, sum } from './expression';
import { needShapes, operation } from './operation';

/**
 * Softmax over the last axis: probabilities from logits.
 * x (…, n) → y (…, n), each row summing to 1; the row maximum is subtracted so that exp cannot overflow.
 * Throws ShapeError for a scalar. After microgpt's `softmax`.
 */
export const softmax = operation({
  name: 'softmax',
  summary: 'Turns a row of scores into probabilities that sum to 1.',
  inputs: ['x'],
  indices: [],
  attributes: [],
  context: [],
  formula: 'yᵢ = exp(xᵢ − max x) / Σⱼ exp(xⱼ − max x)',
  gradient: { x: 'dxᵢ += yᵢ · (dyᵢ − Σⱼ dyⱼ · yⱼ)' },

  shape({ x }) {
    needShapes(x.length >= 1 && x[x.length - 1] > 0, 'softmax', 'x (…, n) with n ≥ 1', { x });
    const n = x[x.length - 1];
    const rows = x.slice(0, -1).reduce((product, size) => product * size, 1);
    return { y: x, dims: { rows, n } };
  },

  forward({ x, y }, { rows, n }) {
    for (let r = 0; r < rows; r++) {
      let max = x[r * n];
      for (let i = 1; i < n; i++) if (x[r * n + i] > max) max = x[r * n + i];
      let sum = 0;
      for (let i = 0; i < n; i++) sum += y[r * n + i] = exp(x[r * n + i] - max);
      for (let i = 0; i < n; i++) y[r * n + i] /= sum;
    }
  },

  backward({ y, dx, dy }, { rows, n }) {
    for (let r = 0; r < rows; r++) {
      let dot = 0;
      for (let j = 0; j < n; j++) dot += dy[r * n + j] * y[r * n + j];
      for (let i = 0; i < n; i++) dx[r * n + i] += y[r * n + i] * (dy[r * n + i] - dot);
    }
  },

  cells: {
    y: ({ x }, { n }, index) => {
      const row = index.slice(0, -1);
      const max = named(
        'max x',
        maxOf('j', n, (j) => x(...row, j))
      );
      const exps = numbers(0, n).map((j) => expOf(minus(x(...row, j), max)));
      const total = sum('j', n, (j) => exps[j]);
      return quotient(exps[index[index.length - 1]], named('Σ exp', total));
    },
    dx: ({ y, dy }, { n }, index) => {
      const row = index.slice(0, -1);
      const dot = sum('j', n, (j) => product(dy(...row, j), y(...row, j)));
      return product(y(...index), minus(dy(...index), named('Σ dy·y', dot)));
    }
  },

  wgsl: {
    forward: {
      threads: [['r', 'rows']],
      reads: ['x'],
      writes: 'y',
      body: `
var max_x = x[r * n];
for (var i = 1u; i < n; i++) { max_x = max(max_x, x[r * n + i]); }
var sum = 0.0;
for (var i = 0u; i < n; i++) {
  y[r * n + i] = exp(x[r * n + i] - max_x);
  sum += y[r * n + i];
}
for (var i = 0u; i < n; i++) { y[r * n + i] /= sum; }`
    },
    backward: {
      x: {
        threads: [['r', 'rows']],
        reads: ['y', 'dy'],
        writes: 'dx',
        body: `
var dot = 0.0;
for (var j = 0u; j < n; j++) { dot += dy[r * n + j] * y[r * n + j]; }
for (var i = 0u; i < n; i++) { dx[r * n + i] += y[r * n + i] * (dy[r * n + i] - dot); }`
      }
    }
  },

  samples: [
    { shapes: { x: [1] } },
    { shapes: { x: [3, 5] } },
    { shapes: { x: [5, 2, 17] }, range: { x: [-30, 30] } },
    { shapes: { x: [64, 65] } }
  ]
});
