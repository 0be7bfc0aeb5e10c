import { plus } from './expression';
import { needShapes, operation } from './operation';

/**
 * Sum of two tensors of one shape: token plus position, or a residual connection.
 * a (…), b (…) → y (…). After microgpt's `[a + b for a, b in zip(x, x_residual)]`.
 * Throws ShapeError unless both shapes are equal; nothing is broadcast.
 */
export const add = operation({
  name: 'add',
  summary: 'Adds two tensors element by element; the gradient flows to both unchanged.',
  inputs: ['a', 'b'],
  indices: [],
  attributes: [],
  context: [],
  formula: 'yᵢ = aᵢ + bᵢ',
  gradient: { a: 'daᵢ += dyᵢ', b: 'dbᵢ += dyᵢ' },

  shape({ a, b }) {
    const equal = a.length === b.length && a.every((size, axis) => size === b[axis]);
    needShapes(equal, 'add', 'a and b of one shape', { a, b });
    return { y: a, dims: { N: a.reduce((product, size) => product * size, 1) } };
  },

  forward({ a, b, y }, { N }) {
    for (let i = 0; i < N; i++) y[i] = a[i] + b[i];
  },

  backward({ da, db, dy }, { N }) {
    for (let i = 0; i < N; i++) {
      da[i] += dy[i];
      db[i] += dy[i];
    }
  },

  cells: {
    y: ({ a, b }, _, i) => plus(a(...i), b(...i)),
    da: ({ dy }, _, i) => dy(...i),
    db: ({ dy }, _, i) => dy(...i)
  },

  wgsl: {
    forward: {
      threads: [['i', 'N']],
      reads: ['a', 'b'],
      writes: 'y',
      body: `
y[i] = a[i] + b[i];`
    },
    backward: {
      a: {
        threads: [['i', 'N']],
        reads: ['dy'],
        writes: 'da',
        body: `
da[i] += dy[i];`
      },
      b: {
        threads: [['i', 'N']],
        reads: ['dy'],
        writes: 'db',
        body: `
db[i] += dy[i];`
      }
    }
  },

  samples: [
    { shapes: { a: [1], b: [1] } },
    { shapes: { a: [3, 5], b: [3, 5] } },
    { shapes: { a: [65, 63], b: [65, 63] } }
  ]
});
