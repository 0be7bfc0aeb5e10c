import { numbers, sum } from './expression';
import { needShapes, operation } from './operation';

/**
 * Picks one row of a table for every index: a token's or a position's learned vector.
 * w (V, C), ids (T), each in 0…V−1 → y (T, C). After microgpt's `state_dict['wte'][token_id]`.
 * Throws ShapeError unless w has two axes and ids one.
 */
export const embedding = operation({
  name: 'embedding',
  summary: 'Looks up one row of a table for every index.',
  inputs: ['w'],
  indices: ['ids'],
  attributes: [],
  context: [],
  formula: 'y[t,c] = w[ids[t], c]',
  gradient: { w: 'dw[ids[t], c] += dy[t,c]' },

  shape({ w, ids }) {
    needShapes(w.length === 2 && ids.length === 1, 'embedding', 'w (V, C) and ids (T)', { w, ids });
    const [V, C] = w;
    const T = ids[0];
    return { y: [T, C], dims: { T, V, C } };
  },

  forward({ w, ids, y }, { T, C }) {
    for (let t = 0; t < T; t++) {
      for (let c = 0; c < C; c++) y[t * C + c] = w[ids[t] * C + c];
    }
  },

  backward({ ids, dw, dy }, { T, C }) {
    for (let t = 0; t < T; t++) {
      for (let c = 0; c < C; c++) dw[ids[t] * C + c] += dy[t * C + c];
    }
  },

  cells: {
    y: ({ w, ids }, _, [t, c]) => w(ids(t), c),
    dw: ({ ids, dy }, { T }, [v, c]) => {
      const uses = numbers(0, T).filter((t) => ids(t).value === v);
      return sum('t', uses, (t) => dy(t, c));
    }
  },

  wgsl: {
    forward: {
      threads: [
        ['t', 'T'],
        ['c', 'C']
      ],
      reads: ['w', 'ids'],
      writes: 'y',
      body: `
y[t * C + c] = w[u32(ids[t]) * C + c];`
    },
    backward: {
      w: {
        // One thread per number of the table, so that rows used at many positions need no atomics.
        threads: [
          ['v', 'V'],
          ['c', 'C']
        ],
        reads: ['ids', 'dy'],
        writes: 'dw',
        body: `
var sum = 0.0;
for (var t = 0u; t < T; t++) {
  if (u32(ids[t]) == v) { sum += dy[t * C + c]; }
}
dw[v * C + c] += sum;`
      }
    }
  },

  samples: [
    { shapes: { w: [1, 1], ids: [1] }, indices: { ids: [0] } },
    { shapes: { w: [5, 3], ids: [4] }, indices: { ids: [2, 0, 2, 4] } },
    {
      shapes: { w: [27, 16], ids: [17] },
      indices: { ids: [26, 0, 1, 2, 3, 3, 3, 25, 26, 7, 7, 11, 12, 19, 20, 0, 26] }
    }
  ]
});
