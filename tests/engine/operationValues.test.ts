import { expect, test } from 'vitest';
import { MASKED } from '$lib/engine/ops/causal_mask';
import { operations, type OperationName } from '$lib/engine/ops/index';
import type { Shape } from '$lib/engine/ops/operation';
import { worstError } from './closeness';
import { forward } from './operationCase';

/** An input's shape and its numbers, row by row. */
type Input = readonly [Shape, readonly number[]];

interface Example {
  readonly what: string;
  readonly op: OperationName;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly attributes?: Readonly<Record<string, number>>;
  readonly y: readonly number[];
}

const { log, sqrt } = Math;

/** Two documents, of two rows and of one. */
const starts: Input = [[3], [0, 0, 2]];
const lengths: Input = [[3], [2, 2, 1]];

/** Small enough to compute by hand. */
const examples: Example[] = [
  { what: 'pairs', op: 'add', inputs: { a: [[2], [1, -2]], b: [[2], [0.5, 2]] }, y: [1.5, 0] },
  {
    what: 'rows of a table, one twice',
    op: 'embedding',
    inputs: {
      w: [
        [3, 2],
        [1, 2, 3, 4, 5, 6]
      ],
      ids: [[3], [2, 0, 2]]
    },
    y: [5, 6, 1, 2, 5, 6]
  },
  {
    what: 'a row of mean square 25',
    op: 'rmsnorm',
    inputs: {
      x: [
        [1, 2],
        [1, 7]
      ]
    },
    y: [1 / sqrt(25 + 1e-5), 7 / sqrt(25 + 1e-5)]
  },
  {
    what: 'a row of zeros',
    op: 'rmsnorm',
    inputs: {
      x: [
        [1, 2],
        [0, 0]
      ]
    },
    y: [0, 0]
  },
  {
    what: 'two rows by three',
    op: 'linear',
    inputs: {
      x: [
        [2, 2],
        [1, 2, 0, -1]
      ],
      w: [
        [3, 2],
        [3, 4, 5, 6, 1, 0]
      ]
    },
    y: [11, 17, 1, -4, -6, 0]
  },
  { what: 'both signs', op: 'relu', inputs: { x: [[3], [-1, 0, 3]] }, y: [0, 0, 3] },
  { what: 'both signs', op: 'relu2', inputs: { x: [[3], [-1, 0, 3]] }, y: [0, 0, 9] },
  { what: 'equal scores', op: 'softmax', inputs: { x: [[2], [7, 7]] }, y: [0.5, 0.5] },
  {
    what: 'rows of scores ln 3 apart',
    op: 'softmax',
    inputs: {
      x: [
        [2, 2],
        [0, log(3), log(3), 0]
      ]
    },
    y: [0.25, 0.75, 0.75, 0.25]
  },
  {
    what: 'scores that exp alone would make infinite',
    op: 'softmax',
    inputs: { x: [[3], [1000, 0, 1000]] },
    y: [0.5, 0, 0.5]
  },
  {
    what: 'scores that exp alone would make 0',
    op: 'softmax',
    inputs: { x: [[2], [-1000, -1000]] },
    y: [0.5, 0.5]
  },
  {
    what: 'masked scores, exactly 0',
    op: 'softmax',
    inputs: { x: [[3], [MASKED, -3, MASKED]] },
    y: [0, 1, 0]
  },
  {
    what: 'two documents, two heads of one number',
    op: 'attention_scores',
    inputs: {
      q: [
        [3, 2],
        [1, 2, 3, 4, 5, 6]
      ],
      k: [
        [3, 2],
        [1, 10, 2, 20, 3, 30]
      ],
      starts,
      lengths
    },
    attributes: { n_head: 2, block_size: 2 },
    y: [1, 2, 20, 40, 3, 6, 40, 80, 15, 0, 180, 0]
  },
  {
    what: 'one head of four numbers: halved by √4',
    op: 'attention_scores',
    inputs: {
      q: [
        [1, 4],
        [1, 1, 1, 1]
      ],
      k: [
        [1, 4],
        [1, 2, 3, 4]
      ],
      starts: [[1], [0]],
      lengths: [[1], [1]]
    },
    attributes: { n_head: 1, block_size: 1 },
    y: [5]
  },
  {
    what: 'two documents, two heads of one number',
    op: 'attention_mix',
    inputs: {
      a: [
        [3, 2, 2],
        [1, 0, 1, 0, 0.5, 0.5, 0.25, 0.75, 1, 0, 1, 0]
      ],
      v: [
        [3, 2],
        [1, 10, 3, 30, 5, 50]
      ],
      starts,
      lengths
    },
    y: [1, 10, 2, 25, 5, 50]
  },
  {
    what: 'the future',
    op: 'causal_mask',
    inputs: {
      x: [
        [3, 1, 2],
        [1, 2, 3, 4, 5, 6]
      ],
      positions: [[3], [0, 1, 0]]
    },
    y: [1, MASKED, 3, 4, 5, MASKED]
  },
  {
    what: 'a probability of 1/2 and one of 1',
    op: 'cross_entropy',
    inputs: {
      p: [
        [2, 2],
        [0.5, 0.5, 0, 1]
      ],
      targets: [[2], [0, 1]]
    },
    y: [log(2), 0]
  },
  { what: 'three numbers', op: 'mean', inputs: { x: [[3], [1, 2, 6]] }, y: [3] }
];

test.each(examples)('$op: $what', ({ op: name, inputs, attributes = {}, y }) => {
  const op = operations[name];
  const each = <T>(names: readonly string[], read: (input: Input) => T): Record<string, T> =>
    Object.fromEntries(names.map((input) => [input, read(inputs[input])]));
  const shape = op.shape(
    each([...op.inputs, ...op.indices], ([shape]) => shape),
    attributes
  );
  const reals = each(op.inputs, ([, numbers]) => Float64Array.from(numbers));
  const indices = each(op.indices, ([, numbers]) => Int32Array.from(numbers));
  reals.y = new Float64Array(y.length);
  expect(shape.y.reduce((product, n) => product * n, 1)).toBe(y.length);
  const got = forward(op, { reals, indices, dims: shape.dims });
  expect(worstError(got, y).error, `${[...got].join(', ')}`).toBeLessThan(1e-15);
});

test('every operation has an example', () => {
  expect(new Set(examples.map(({ op }) => op))).toEqual(new Set(Object.keys(operations)));
});
