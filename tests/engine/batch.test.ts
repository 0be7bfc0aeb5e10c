import { expect, test } from 'vitest';
import { batchArrays, makeBatch } from '$lib/engine/batch';
import { encode } from './smallModel';

/** Columns: documents, then tokens, targets, positions, starts, lengths at block_size 4 and BOS 6. */
const cases: [string, string[], Record<(typeof batchArrays)[number], number[]>][] = [
  [
    'one document: each position predicts the next token, BOS last',
    ['ab'],
    {
      tokens: [6, 0, 1],
      targets: [0, 1, 6],
      positions: [0, 1, 2],
      starts: [0, 0, 0],
      lengths: [3, 3, 3]
    }
  ],
  [
    'an empty document: BOS predicts BOS',
    [''],
    { tokens: [6], targets: [6], positions: [0], starts: [0], lengths: [1] }
  ],
  [
    'a document that just fits, its last target BOS',
    ['abc'],
    {
      tokens: [6, 0, 1, 2],
      targets: [0, 1, 2, 6],
      positions: [0, 1, 2, 3],
      starts: [0, 0, 0, 0],
      lengths: [4, 4, 4, 4]
    }
  ],
  [
    'a longer document is cut at block_size, without BOS at its end',
    ['abcdef'],
    {
      tokens: [6, 0, 1, 2],
      targets: [0, 1, 2, 3],
      positions: [0, 1, 2, 3],
      starts: [0, 0, 0, 0],
      lengths: [4, 4, 4, 4]
    }
  ],
  [
    'several documents end to end, in their order',
    ['f', '', 'abcdef'],
    {
      tokens: [6, 5, 6, 6, 0, 1, 2],
      targets: [5, 6, 6, 0, 1, 2, 3],
      positions: [0, 1, 0, 0, 1, 2, 3],
      starts: [0, 0, 2, 3, 3, 3, 3],
      lengths: [2, 2, 1, 4, 4, 4, 4]
    }
  ]
];

test.each(cases)('%s', (_, documents, expected) => {
  const batch = makeBatch(
    documents.map((text) => encode(text)),
    4
  );
  expect(batch.T).toBe(expected.tokens.length);
  expect(batch.B).toBe(documents.length);
  for (const name of batchArrays) expect([...batch[name]], name).toEqual(expected[name]);
});
