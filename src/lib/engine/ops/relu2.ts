import { constant, ifPositive, power, product, reluOf } from './expression';
import { needShapes, operation } from './operation';

/**
 * Squared rectified linear unit: keeps what is positive, squared.
 * x (…) → y (…). After the earlier microgpt's `xi.relu() ** 2`.
 * Throws ShapeError for an empty tensor.
 */
export const relu2 = operation({
  name: 'relu2',
  summary: 'Squares positive numbers and turns the others into 0.',
  inputs: ['x'],
  indices: [],
  attributes: [],
  context: [],
  formula: 'yᵢ = max(0, xᵢ)²',
  gradient: { x: 'dxᵢ += 2 · max(0, xᵢ) · dyᵢ' },

  shape({ x }) {
    const N = x.reduce((product, size) => product * size, 1);
    needShapes(N > 0, 'relu2', 'x with at least one number', { x });
    return { y: x, dims: { N } };
  },

  forward({ x, y }, { N }) {
    for (let i = 0; i < N; i++) y[i] = x[i] > 0 ? x[i] * x[i] : 0;
  },

  backward({ x, dx, dy }, { N }) {
    for (let i = 0; i < N; i++) if (x[i] > 0) dx[i] += 2 * x[i] * dy[i];
  },

  cells: {
    y: ({ x }, _, i) => power(reluOf(x(...i)), 2),
    dx: ({ x, dy }, _, i) => ifPositive(x(...i), product(constant(2), x(...i), dy(...i)))
  },

  wgsl: {
    forward: {
      threads: [['i', 'N']],
      reads: ['x'],
      writes: 'y',
      body: `
let r = max(0.0, x[i]);
y[i] = r * r;`
    },
    backward: {
      x: {
        threads: [['i', 'N']],
        reads: ['x', 'dy'],
        writes: 'dx',
        body: `
dx[i] += 2.0 * max(0.0, x[i]) * dy[i];`
      }
    }
  },

  samples: [{ shapes: { x: [1] } }, { shapes: { x: [3, 5] } }, { shapes: { x: [65, 63] } }]
});
