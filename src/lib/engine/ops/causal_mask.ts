import { constant } from './expression';
import { needShapes, operation } from './operation';

/**
 * Stands for −∞: exp of it is exactly 0 in f32 and f64, and subtracting a maximum from it cannot overflow.
 */
export const MASKED = -1e30;

/**
 * Hides the future: a position may attend to itself and to what came before it in its document.
 * x (T, H, S), positions (T): t's position in its document → y (T, H, S), x where s ≤ position, −∞ elsewhere.
 * microgpt has no mask because it feeds one token at a time; the numbers are the same.
 * Throws ShapeError unless x has three axes and positions T numbers.
 */
export const causal_mask = operation({
  name: 'causal_mask',
  summary: 'Hides the future: scores of later positions become −∞ (stored as −10³⁰).',
  inputs: ['x'],
  indices: ['positions'],
  attributes: [],
  context: [],
  formula: 'y[t,h,s] = x[t,h,s] if s ≤ position[t], else −∞',
  gradient: { x: 'dx[t,h,s] += dy[t,h,s] if s ≤ position[t]' },

  shape({ x, positions }) {
    needShapes(
      x.length === 3 && positions.length === 1 && positions[0] === x[0],
      'causal_mask',
      'x (T, H, S) and positions (T)',
      { x, positions }
    );
    const [T, H, S] = x;
    return { y: x, dims: { T, H, S } };
  },

  forward({ x, positions, y }, { T, H, S }) {
    for (let t = 0; t < T; t++) {
      for (let h = 0; h < H; h++) {
        const row = (t * H + h) * S;
        for (let s = 0; s < S; s++) y[row + s] = s <= positions[t] ? x[row + s] : MASKED;
      }
    }
  },

  backward({ positions, dx, dy }, { T, H, S }) {
    for (let t = 0; t < T; t++) {
      for (let h = 0; h < H; h++) {
        const row = (t * H + h) * S;
        for (let s = 0; s <= positions[t]; s++) dx[row + s] += dy[row + s];
      }
    }
  },

  cells: {
    y: ({ x, positions }, _, [t, h, s]) =>
      s <= positions(t).value ? x(t, h, s) : constant(MASKED, '−∞', [positions(t)]),
    dx: ({ positions, dy }, _, [t, h, s]) =>
      s <= positions(t).value ? dy(t, h, s) : constant(0, '0', [positions(t)])
  },

  wgsl: {
    forward: {
      threads: [
        ['t', 'T'],
        ['h', 'H'],
        ['s', 'S']
      ],
      reads: ['x', 'positions'],
      writes: 'y',
      body: `
let row = (t * H + h) * S;
y[row + s] = select(${MASKED}, x[row + s], s <= u32(positions[t]));`
    },
    backward: {
      x: {
        threads: [
          ['t', 'T'],
          ['h', 'H'],
          ['s', 'S']
        ],
        reads: ['positions', 'dy'],
        writes: 'dx',
        body: `
let row = (t * H + h) * S;
if (s <= u32(positions[t])) { dx[row + s] += dy[row + s]; }`
      }
    }
  },

  samples: [
    { shapes: { x: [1, 1, 1], positions: [1] }, indices: { positions: [0] } },
    { shapes: { x: [5, 2, 4], positions: [5] }, indices: { positions: [0, 1, 2, 0, 1] } },
    {
      shapes: { x: [16, 4, 17], positions: [16] },
      indices: { positions: Array.from({ length: 16 }, (_, t) => t) }
    }
  ]
});
