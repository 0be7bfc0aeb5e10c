import { constant, quotient, sum } from './expression';
import { needShapes, operation } from './operation';

/**
 * Mean of a row of numbers: the loss of a batch from the losses of its tokens.
 * x (T) → y (). After microgpt's `(1 / n) * sum(losses)`.
 * Throws ShapeError unless x has one axis with at least one number.
 */
export const mean = operation({
  name: 'mean',
  summary: 'The average; each number shares the gradient equally.',
  inputs: ['x'],
  indices: [],
  attributes: [],
  context: [],
  formula: 'y = Σₜ x[t] / T',
  gradient: { x: 'dx[t] += dy / T' },

  shape({ x }) {
    needShapes(x.length === 1 && x[0] > 0, 'mean', 'x (T) with T ≥ 1', { x });
    return { y: [], dims: { T: x[0] } };
  },

  forward({ x, y }, { T }) {
    let sum = 0;
    for (let t = 0; t < T; t++) sum += x[t];
    y[0] = sum / T;
  },

  backward({ dx, dy }, { T }) {
    for (let t = 0; t < T; t++) dx[t] += dy[0] / T;
  },

  cells: {
    y: ({ x }, { T }) => quotient(sum('t', T, x), constant(T, 'T')),
    dx: ({ dy }, { T }) => quotient(dy(), constant(T, 'T'))
  },

  wgsl: {
    forward: {
      threads: [],
      reads: ['x'],
      writes: 'y',
      body: `
var sum = 0.0;
for (var t = 0u; t < T; t++) { sum += x[t]; }
y[0] = sum / f32(T);`
    },
    backward: {
      x: {
        threads: [['t', 'T']],
        reads: ['dy'],
        writes: 'dx',
        body: `
dx[t] += dy[0] / f32(T);`
      }
    }
  },

  samples: [{ shapes: { x: [1] } }, { shapes: { x: [7] } }, { shapes: { x: [257] } }]
});
