import { product, sum } from './expression';
import { needShapes, operation } from './operation';
import { tiledProduct } from './tiledProduct';

/**
 * Matrix product of each row with a weight matrix, without bias.
 * x (T, n_in), w (n_out, n_in) → y (T, n_out). After microgpt's `linear`.
 * Throws ShapeError unless both have n_in columns.
 */
export const linear = operation({
  name: 'linear',
  summary: 'Every output is the dot product of one row of x with one row of w.',
  inputs: ['x', 'w'],
  indices: [],
  attributes: [],
  context: [],
  formula: 'y[t,o] = Σᵢ w[o,i] · x[t,i]',
  gradient: {
    x: 'dx[t,i] += Σₒ dy[t,o] · w[o,i]',
    w: 'dw[o,i] += Σₜ dy[t,o] · x[t,i]'
  },

  shape({ x, w }) {
    needShapes(
      x.length === 2 && w.length === 2 && x[1] === w[1],
      'linear',
      'x (T, n_in) and w (n_out, n_in)',
      { x, w }
    );
    const [T, n_in] = x;
    const n_out = w[0];
    return { y: [T, n_out], dims: { T, n_in, n_out } };
  },

  forward({ x, w, y }, { T, n_in, n_out }) {
    for (let t = 0; t < T; t++) {
      for (let o = 0; o < n_out; o++) {
        let sum = 0;
        for (let i = 0; i < n_in; i++) sum += w[o * n_in + i] * x[t * n_in + i];
        y[t * n_out + o] = sum;
      }
    }
  },

  backward({ x, w, dx, dw, dy }, { T, n_in, n_out }) {
    for (let t = 0; t < T; t++) {
      for (let o = 0; o < n_out; o++) {
        const d = dy[t * n_out + o];
        for (let i = 0; i < n_in; i++) {
          dx[t * n_in + i] += d * w[o * n_in + i];
          dw[o * n_in + i] += d * x[t * n_in + i];
        }
      }
    }
  },

  cells: {
    y: ({ x, w }, { n_in }, [t, o]) => sum('i', n_in, (i) => product(w(o, i), x(t, i))),
    dx: ({ w, dy }, { n_out }, [t, i]) => sum('o', n_out, (o) => product(dy(t, o), w(o, i))),
    dw: ({ x, dy }, { T }, [o, i]) => sum('t', T, (t) => product(dy(t, o), x(t, i)))
  },

  wgsl: {
    forward: tiledProduct({
      rows: ['t', 'T'],
      columns: ['o', 'n_out'],
      over: ['i', 'n_in'],
      a: ['x', (t, i) => `${t} * n_in + ${i}`],
      b: ['w', (o, i) => `${o} * n_in + ${i}`],
      c: ['y', (t, o) => `${t} * n_out + ${o}`],
      store: '='
    }),
    backward: {
      x: tiledProduct({
        rows: ['t', 'T'],
        columns: ['i', 'n_in'],
        over: ['o', 'n_out'],
        a: ['dy', (t, o) => `${t} * n_out + ${o}`],
        b: ['w', (i, o) => `${o} * n_in + ${i}`],
        c: ['dx', (t, i) => `${t} * n_in + ${i}`],
        store: '+='
      }),
      w: tiledProduct({
        rows: ['o', 'n_out'],
        columns: ['i', 'n_in'],
        over: ['t', 'T'],
        a: ['dy', (o, t) => `${t} * n_out + ${o}`],
        b: ['x', (i, t) => `${t} * n_in + ${i}`],
        c: ['dw', (o, i) => `${o} * n_in + ${i}`],
        store: '+='
      })
    }
  },

  samples: [
    { shapes: { x: [1, 1], w: [1, 1] } },
    { shapes: { x: [3, 4], w: [5, 4] } },
    { shapes: { x: [7, 16], w: [27, 16] } },
    { shapes: { x: [17, 63], w: [65, 63] } },
    { shapes: { x: [64, 64], w: [256, 64] } }
  ]
});
