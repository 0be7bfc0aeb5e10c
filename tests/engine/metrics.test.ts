import { describe, expect, test } from 'vitest';
import { groupNorms, perplexity, rankOf, topK, totalNorm } from '$lib/engine/metrics';
import { buildProgram } from '$lib/engine/program';
import { smallModel } from './smallModel';

describe('norms', () => {
  const program = buildProgram({ ...smallModel, n_layer: 2 });
  const flat = new Float64Array(program.num_params);

  test.each([
    ['embeddings', ['wte', 'wpe']],
    ['lm_head', ['lm_head']],
    ['attention', ['layer0.attn_wq', 'layer0.attn_wo', 'layer1.attn_wk', 'layer1.attn_wv']],
    ['mlp', ['layer0.mlp_fc1', 'layer1.mlp_fc2']]
  ] as const)('%s: root of the sum of squares over %j', (group, names) => {
    flat.fill(0);
    for (const { name, offset, size } of program.parameters) {
      if (!(names as readonly string[]).includes(name)) continue;
      flat[offset] = 3;
      flat[offset + size - 1] = -4;
    }
    const none = { embeddings: 0, attention: 0, mlp: 0, lm_head: 0 };
    const norm = 5 * Math.sqrt(names.length);
    const norms = groupNorms(program, flat);
    expect(norms).toEqual({ ...none, [group]: expect.closeTo(norm, 12) as number });
    expect(totalNorm(norms)).toBeCloseTo(norm, 12);
  });

  test('all groups together', () => {
    expect(totalNorm({ embeddings: 1, attention: 2, mlp: 4, lm_head: 10 })).toBe(11);
  });
});

describe('topK', () => {
  const probs = [0.1, 0.3, 0.1, 0.4, 0.1];

  test.each([
    [1, [3]],
    [3, [3, 1, 0]],
    [5, [3, 1, 0, 2, 4]],
    [9, [3, 1, 0, 2, 4]],
    [0, []]
  ])('%i: most probable first, equal ones by id', (k, ids) => {
    expect(topK(probs, k)).toEqual(ids.map((token_id) => ({ token_id, prob: probs[token_id] })));
  });

  test('reads typed arrays', () => {
    expect(topK(Float64Array.from(probs), 1)).toEqual([{ token_id: 3, prob: 0.4 }]);
  });

  test.each(probs.map((_, id) => id))('and rankOf agree on token %i', (id) => {
    const place = topK(probs, 5).findIndex(({ token_id }) => token_id === id);
    expect(rankOf(probs, id)).toBe(place + 1);
  });
});

test.each([
  [0, 1],
  [Math.log(27), 27]
])('a loss of %d nats is a perplexity of %d', (loss, expected) => {
  expect(perplexity(loss)).toBeCloseTo(expected, 12);
});
