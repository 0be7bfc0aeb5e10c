import {
  constant,
  minus,
  named,
  plus,
  power,
  product,
  quotient,
  sum,
  type Cell,
  type Expression
} from './expression';
import { needShapes, operation } from './operation';

/** Added to the mean square so that a row of zeros can be divided; microgpt's constant. */
export const RMSNORM_EPSILON = 1e-5;

/**
 * Root-mean-square normalisation of each row, without learned scale.
 * x (T, C) → y (T, C), every row with a mean square of about 1. After microgpt's `rmsnorm`.
 * Throws ShapeError unless x has two axes.
 */
export const rmsnorm = operation({
  name: 'rmsnorm',
  summary: 'Scales each row so that its mean square is 1.',
  inputs: ['x'],
  indices: [],
  attributes: [],
  context: [],
  formula: 'y[t,c] = s · x[t,c],  s = (Σⱼ x[t,j]² / C + 10⁻⁵)^−½',
  gradient: { x: 'dx[t,c] += s · dy[t,c] − s³ / C · x[t,c] · Σⱼ dy[t,j] · x[t,j]' },

  shape({ x }) {
    needShapes(x.length === 2 && x[1] > 0, 'rmsnorm', 'x (T, C) with C ≥ 1', { x });
    const [T, C] = x;
    return { y: x, dims: { T, C } };
  },

  forward({ x, y }, { T, C }) {
    for (let t = 0; t < T; t++) {
      let square = 0;
      for (let j = 0; j < C; j++) square += x[t * C + j] * x[t * C + j];
      const s = 1 / Math.sqrt(square / C + RMSNORM_EPSILON);
      for (let c = 0; c < C; c++) y[t * C + c] = s * x[t * C + c];
    }
  },

  backward({ x, dx, dy }, { T, C }) {
    for (let t = 0; t < T; t++) {
      let square = 0;
      let dot = 0;
      for (let j = 0; j < C; j++) {
        square += x[t * C + j] * x[t * C + j];
        dot += dy[t * C + j] * x[t * C + j];
      }
      const s = 1 / Math.sqrt(square / C + RMSNORM_EPSILON);
      const k = (s * s * s * dot) / C;
      for (let c = 0; c < C; c++) dx[t * C + c] += s * dy[t * C + c] - k * x[t * C + c];
    }
  },

  cells: {
    y: ({ x }, { C }, [t, c]) => product(scaleOf(x, C, t), x(t, c)),
    dx: ({ x, dy }, { C }, [t, c]) => {
      const s = scaleOf(x, C, t);
      const dot = sum('j', C, (j) => product(dy(t, j), x(t, j)));
      const share = quotient(power(s, 3), constant(C, 'C'));
      return minus(product(s, dy(t, c)), product(share, x(t, c), named('Σ dy·x', dot)));
    }
  },

  wgsl: {
    forward: {
      threads: [['t', 'T']],
      reads: ['x'],
      writes: 'y',
      body: `
var square = 0.0;
for (var j = 0u; j < C; j++) { square += x[t * C + j] * x[t * C + j]; }
let s = 1.0 / sqrt(square / f32(C) + ${RMSNORM_EPSILON});
for (var c = 0u; c < C; c++) { y[t * C + c] = s * x[t * C + c]; }`
    },
    backward: {
      x: {
        threads: [['t', 'T']],
        reads: ['x', 'dy'],
        writes: 'dx',
        body: `
var square = 0.0;
var dot = 0.0;
for (var j = 0u; j < C; j++) {
  square += x[t * C + j] * x[t * C + j];
  dot += dy[t * C + j] * x[t * C + j];
}
let s = 1.0 / sqrt(square / f32(C) + ${RMSNORM_EPSILON});
let k = s * s * s * dot / f32(C);
for (var c = 0u; c < C; c++) { dx[t * C + c] += s * dy[t * C + c] - k * x[t * C + c]; }`
      }
    }
  },

  samples: [
    { shapes: { x: [1, 1] } },
    { shapes: { x: [3, 4] } },
    { shapes: { x: [17, 16] }, range: { x: [-0.01, 0.01] } },
    { shapes: { x: [65, 63] }, range: { x: [-4, 4] } }
  ]
});

/** s: what row t is multiplied by. */
function scaleOf(x: (t: number, j: number) => Cell, C: number, t: number): Expression {
  const square = sum('j', C, (j) => power(x(t, j), 2));
  const meanSquare = quotient(square, constant(C, 'C'));
  return named('s', power(plus(meanSquare, constant(RMSNORM_EPSILON, '10⁻⁵')), -1 / 2));
}
