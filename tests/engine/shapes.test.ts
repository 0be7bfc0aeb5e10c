import { describe, expect, test } from 'vitest';
import { ShapeError } from '$lib/engine/errors';
import { operations, type OperationName } from '$lib/engine/ops/index';
import type { Shape } from '$lib/engine/ops/operation';
import { buildProgram } from '$lib/engine/program';
import { smallModel } from './smallModel';

type Shapes = Record<string, Shape>;
type Attributes = Record<string, number>;

/** What an operation makes of shapes that fit. */
const fitting: [OperationName, Shapes, Attributes, Shape, Attributes][] = [
  ['add', { a: [2, 3], b: [2, 3] }, {}, [2, 3], { N: 6 }],
  ['add', { a: [], b: [] }, {}, [], { N: 1 }],
  ['rmsnorm', { x: [2, 3] }, {}, [2, 3], { T: 2, C: 3 }],
  ['linear', { x: [2, 3], w: [5, 3] }, {}, [2, 5], { T: 2, n_in: 3, n_out: 5 }],
  ['embedding', { w: [7, 3], ids: [4] }, {}, [4, 3], { T: 4, V: 7, C: 3 }],
  [
    'attention_scores',
    { q: [5, 6], k: [5, 6], starts: [5], lengths: [5] },
    { n_head: 2, block_size: 4 },
    [5, 2, 4],
    { T: 5, C: 6, H: 2, S: 4, head_dim: 3 }
  ],
  [
    'attention_mix',
    { a: [5, 2, 4], v: [5, 6], starts: [5], lengths: [5] },
    {},
    [5, 6],
    { T: 5, C: 6, H: 2, S: 4, head_dim: 3 }
  ],
  ['causal_mask', { x: [5, 2, 4], positions: [5] }, {}, [5, 2, 4], { T: 5, H: 2, S: 4 }],
  ['softmax', { x: [5, 2, 4] }, {}, [5, 2, 4], { rows: 10, n: 4 }],
  ['softmax', { x: [4] }, {}, [4], { rows: 1, n: 4 }],
  ['relu', { x: [2, 3] }, {}, [2, 3], { N: 6 }],
  ['relu2', { x: [] }, {}, [], { N: 1 }],
  ['cross_entropy', { p: [2, 7], targets: [2] }, {}, [2], { T: 2, V: 7 }],
  ['mean', { x: [3] }, {}, [], { T: 3 }]
];

/** What an operation says of shapes that do not. */
const unfitting: [OperationName, Shapes, Attributes, message: string][] = [
  ['add', { a: [2, 3], b: [3, 2] }, {}, 'add: needs a and b of one shape, got a (2, 3), b (3, 2)'],
  ['add', { a: [2, 3], b: [3] }, {}, 'add: needs a and b of one shape, got a (2, 3), b (3)'],
  ['add', { a: [2], b: [2, 1] }, {}, 'add: needs a and b of one shape, got a (2), b (2, 1)'],
  ['rmsnorm', { x: [3] }, {}, 'rmsnorm: needs x (T, C) with C ≥ 1, got x (3)'],
  ['rmsnorm', { x: [3, 0] }, {}, 'rmsnorm: needs x (T, C) with C ≥ 1, got x (3, 0)'],
  [
    'linear',
    { x: [2, 3], w: [4, 5] },
    {},
    'linear: needs x (T, n_in) and w (n_out, n_in), got x (2, 3), w (4, 5)'
  ],
  [
    'linear',
    { x: [3], w: [4, 3] },
    {},
    'linear: needs x (T, n_in) and w (n_out, n_in), got x (3), w (4, 3)'
  ],
  [
    'linear',
    { x: [2, 3], w: [3] },
    {},
    'linear: needs x (T, n_in) and w (n_out, n_in), got x (2, 3), w (3)'
  ],
  [
    'embedding',
    { w: [7], ids: [4] },
    {},
    'embedding: needs w (V, C) and ids (T), got w (7), ids (4)'
  ],
  [
    'embedding',
    { w: [7, 3], ids: [2, 2] },
    {},
    'embedding: needs w (V, C) and ids (T), got w (7, 3), ids (2, 2)'
  ],
  [
    'attention_scores',
    { q: [5, 6], k: [5, 6], starts: [5], lengths: [5] },
    { n_head: 4, block_size: 4 },
    'attention_scores: needs q (T, C), k (·, C), starts (T) and lengths (T), C a multiple of n_head 4, got q (5, 6), k (5, 6), starts (5), lengths (5)'
  ],
  [
    'attention_scores',
    { q: [5, 6], k: [5, 4], starts: [5], lengths: [5] },
    { n_head: 2, block_size: 4 },
    'attention_scores: needs q (T, C), k (·, C), starts (T) and lengths (T), C a multiple of n_head 2, got q (5, 6), k (5, 4), starts (5), lengths (5)'
  ],
  [
    'attention_scores',
    { q: [5, 6], k: [5, 6], starts: [4], lengths: [5] },
    { n_head: 2, block_size: 4 },
    'attention_scores: needs q (T, C), k (·, C), starts (T) and lengths (T), C a multiple of n_head 2, got q (5, 6), k (5, 6), starts (4), lengths (5)'
  ],
  [
    'attention_scores',
    { q: [5, 6], k: [5, 6], starts: [5], lengths: [6] },
    { n_head: 2, block_size: 4 },
    'attention_scores: needs q (T, C), k (·, C), starts (T) and lengths (T), C a multiple of n_head 2, got q (5, 6), k (5, 6), starts (5), lengths (6)'
  ],
  [
    'attention_mix',
    { a: [5, 4, 4], v: [5, 6], starts: [5], lengths: [5] },
    {},
    'attention_mix: needs a (T, H, S), v (·, C) with H dividing C, starts (T) and lengths (T), got a (5, 4, 4), v (5, 6), starts (5), lengths (5)'
  ],
  [
    'attention_mix',
    { a: [5, 4], v: [5, 6], starts: [5], lengths: [5] },
    {},
    'attention_mix: needs a (T, H, S), v (·, C) with H dividing C, starts (T) and lengths (T), got a (5, 4), v (5, 6), starts (5), lengths (5)'
  ],
  [
    'attention_mix',
    { a: [5, 2, 4], v: [5, 6], starts: [5], lengths: [2] },
    {},
    'attention_mix: needs a (T, H, S), v (·, C) with H dividing C, starts (T) and lengths (T), got a (5, 2, 4), v (5, 6), starts (5), lengths (2)'
  ],
  [
    'causal_mask',
    { x: [5, 4], positions: [5] },
    {},
    'causal_mask: needs x (T, H, S) and positions (T), got x (5, 4), positions (5)'
  ],
  [
    'causal_mask',
    { x: [5, 2, 4], positions: [4] },
    {},
    'causal_mask: needs x (T, H, S) and positions (T), got x (5, 2, 4), positions (4)'
  ],
  ['softmax', { x: [] }, {}, 'softmax: needs x (…, n) with n ≥ 1, got x ()'],
  ['softmax', { x: [3, 0] }, {}, 'softmax: needs x (…, n) with n ≥ 1, got x (3, 0)'],
  ['relu', { x: [0] }, {}, 'relu: needs x with at least one number, got x (0)'],
  ['relu2', { x: [2, 0] }, {}, 'relu2: needs x with at least one number, got x (2, 0)'],
  [
    'cross_entropy',
    { p: [7], targets: [7] },
    {},
    'cross_entropy: needs p (T, V) and targets (T), got p (7), targets (7)'
  ],
  [
    'cross_entropy',
    { p: [2, 7], targets: [3] },
    {},
    'cross_entropy: needs p (T, V) and targets (T), got p (2, 7), targets (3)'
  ],
  ['mean', { x: [0] }, {}, 'mean: needs x (T) with T ≥ 1, got x (0)'],
  ['mean', { x: [2, 2] }, {}, 'mean: needs x (T) with T ≥ 1, got x (2, 2)']
];

describe('shapes that fit', () => {
  test.each(fitting)('%s %j %j → %j %j', (name, shapes, attributes, y, dims) => {
    expect(operations[name].shape(shapes, attributes)).toEqual({ y, dims });
  });
});

describe('shapes that do not', () => {
  test.each(unfitting)('%s %j %j', (name, shapes, attributes, message) => {
    expect(() => operations[name].shape(shapes, attributes)).toThrow(new ShapeError(message));
  });

  test('a program whose heads do not divide n_embd', () => {
    expect(() => buildProgram({ ...smallModel, n_head: 4 })).toThrow(
      /^attention_scores: needs .* C a multiple of n_head 4, got q \(15, 6\)/
    );
  });
});

test.each(Object.keys(operations))('both tables have %s', (name) => {
  expect(fitting.some(([tested]) => tested === name)).toBe(true);
  expect(unfitting.some(([tested]) => tested === name)).toBe(true);
});
