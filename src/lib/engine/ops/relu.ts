import { ifPositive, reluOf } from './expression';
import { needShapes, operation } from './operation';

/**
 * Rectified linear unit: keeps what is positive.
 * x (…) → y (…). After microgpt's `Value.relu`; the gradient at 0 is 0.
 * Throws ShapeError for an empty tensor.
 */
export const relu = operation({
  name: 'relu',
  summary: 'Keeps positive numbers and turns the others into 0.',
  inputs: ['x'],
  indices: [],
  attributes: [],
  context: [],
  formula: 'yᵢ = max(0, xᵢ)',
  gradient: { x: 'dxᵢ += dyᵢ if xᵢ > 0' },

  shape({ x }) {
    const N = x.reduce((product, size) => product * size, 1);
    needShapes(N > 0, 'relu', 'x with at least one number', { x });
    return { y: x, dims: { N } };
  },

  forward({ x, y }, { N }) {
    for (let i = 0; i < N; i++) y[i] = x[i] > 0 ? x[i] : 0;
  },

  backward({ x, dx, dy }, { N }) {
    for (let i = 0; i < N; i++) if (x[i] > 0) dx[i] += dy[i];
  },

  cells: {
    y: ({ x }, _, i) => reluOf(x(...i)),
    dx: ({ x, dy }, _, i) => ifPositive(x(...i), dy(...i))
  },

  wgsl: {
    forward: {
      threads: [['i', 'N']],
      reads: ['x'],
      writes: 'y',
      body: `
y[i] = max(0.0, x[i]);`
    },
    backward: {
      x: {
        threads: [['i', 'N']],
        reads: ['x', 'dy'],
        writes: 'dx',
        body: `
if (x[i] > 0.0) { dx[i] += dy[i]; }`
      }
    }
  },

  samples: [{ shapes: { x: [1] } }, { shapes: { x: [3, 5] } }, { shapes: { x: [65, 63] } }]
});
