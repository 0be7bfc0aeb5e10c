import { describe, expect, test } from 'vitest';
import { buildProgram, listParameters, type ModelConfig } from '$lib/engine/program';
import { smallModel } from './smallModel';

const microgpt: ModelConfig = {
  vocab_size: 27,
  n_layer: 1,
  n_embd: 16,
  n_head: 4,
  block_size: 16,
  activation: 'relu',
  batch_size: 1
};

/** Name, operation, inputs, shape at 1 document: the whole step of microgpt. */
const nodes: [name: string, operation: string, inputs: string[], capacity: number[]][] = [
  ['tok_emb', 'embedding', ['wte'], [16, 16]],
  ['pos_emb', 'embedding', ['wpe'], [16, 16]],
  ['emb', 'add', ['tok_emb', 'pos_emb'], [16, 16]],
  ['emb_norm', 'rmsnorm', ['emb'], [16, 16]],
  ['layer0.attn_norm', 'rmsnorm', ['emb_norm'], [16, 16]],
  ['layer0.q', 'linear', ['layer0.attn_norm', 'layer0.attn_wq'], [16, 16]],
  ['layer0.k', 'linear', ['layer0.attn_norm', 'layer0.attn_wk'], [16, 16]],
  ['layer0.v', 'linear', ['layer0.attn_norm', 'layer0.attn_wv'], [16, 16]],
  ['layer0.attn_scores', 'attention_scores', ['layer0.q', 'layer0.k'], [16, 4, 16]],
  ['layer0.attn_masked', 'causal_mask', ['layer0.attn_scores'], [16, 4, 16]],
  ['layer0.attn_weights', 'softmax', ['layer0.attn_masked'], [16, 4, 16]],
  ['layer0.attn_mix', 'attention_mix', ['layer0.attn_weights', 'layer0.v'], [16, 16]],
  ['layer0.attn_out', 'linear', ['layer0.attn_mix', 'layer0.attn_wo'], [16, 16]],
  ['layer0.attn_residual', 'add', ['layer0.attn_out', 'emb_norm'], [16, 16]],
  ['layer0.mlp_norm', 'rmsnorm', ['layer0.attn_residual'], [16, 16]],
  ['layer0.mlp_hidden', 'linear', ['layer0.mlp_norm', 'layer0.mlp_fc1'], [16, 64]],
  ['layer0.mlp_activation', 'relu', ['layer0.mlp_hidden'], [16, 64]],
  ['layer0.mlp_out', 'linear', ['layer0.mlp_activation', 'layer0.mlp_fc2'], [16, 16]],
  ['layer0.mlp_residual', 'add', ['layer0.mlp_out', 'layer0.attn_residual'], [16, 16]],
  ['logits', 'linear', ['layer0.mlp_residual', 'lm_head'], [16, 27]],
  ['probs', 'softmax', ['logits'], [16, 27]],
  ['losses', 'cross_entropy', ['probs'], [16]],
  ['loss', 'mean', ['losses'], []]
];

describe('the program of microgpt', () => {
  const program = buildProgram(microgpt);

  test('runs these operations in this order', () => {
    const listed = program.nodes.map(({ name, operationName, inputs }, i) => [
      name,
      operationName,
      Object.values(inputs),
      program.activations[i].capacity
    ]);
    expect(listed).toEqual(nodes);
    expect(program.activations.map(({ name }) => name)).toEqual(nodes.map(([name]) => name));
  });

  test('reads only what was computed before, or parameters', () => {
    const known = new Set(program.parameters.map(({ name }) => name));
    for (const { name, inputs } of program.nodes) {
      for (const input of Object.values(inputs))
        expect(known, `${name}: ${input}`).toContain(input);
      expect(known).not.toContain(name);
      known.add(name);
    }
  });

  test('has these stages', () => {
    expect(program.stages).toEqual(['embedding', 'layer0.attention', 'layer0.mlp', 'head', 'loss']);
    expect(buildProgram({ ...microgpt, n_layer: 2 }).stages).toEqual([
      'embedding',
      'layer0.attention',
      'layer0.mlp',
      'layer1.attention',
      'layer1.mlp',
      'head',
      'loss'
    ]);
  });

  test('has room for batch_size documents', () => {
    const { capacity, activations } = buildProgram({ ...microgpt, batch_size: 3 });
    expect(capacity).toBe(48);
    expect(activations.find(({ name }) => name === 'logits')!.capacity).toEqual([48, 27]);
  });

  test('takes its activation from the settings', () => {
    const { nodes } = buildProgram({ ...microgpt, activation: 'relu2' });
    expect(nodes.find(({ name }) => name === 'layer0.mlp_activation')!.operationName).toBe('relu2');
  });
});

describe('parameters', () => {
  test('in the order in which microgpt draws them, by group', () => {
    expect(
      listParameters(smallModel).map(({ name, shape, group }) => [name, shape, group])
    ).toEqual([
      ['wte', [7, 6], 'embeddings'],
      ['wpe', [5, 6], 'embeddings'],
      ['lm_head', [7, 6], 'lm_head'],
      ['layer0.attn_wq', [6, 6], 'attention'],
      ['layer0.attn_wk', [6, 6], 'attention'],
      ['layer0.attn_wv', [6, 6], 'attention'],
      ['layer0.attn_wo', [6, 6], 'attention'],
      ['layer0.mlp_fc1', [24, 6], 'mlp'],
      ['layer0.mlp_fc2', [6, 24], 'mlp']
    ]);
  });

  test('lie end to end', () => {
    let end = 0;
    for (const { offset, size, shape } of listParameters({ ...smallModel, n_layer: 2 })) {
      expect(offset).toBe(end);
      expect(size).toBe(shape[0] * shape[1]);
      end += size;
    }
  });

  test.each([
    [27, 16, 16, 1],
    [27, 24, 12, 2],
    [2, 4, 2, 1],
    [257, 64, 64, 2]
  ])('V %i, C %i, S %i, L %i: 2·V·C + S·C + 12·L·C² of them', (V, C, S, L) => {
    const config = { ...microgpt, vocab_size: V, n_embd: C, block_size: S, n_layer: L };
    expect(buildProgram(config).num_params).toBe(2 * V * C + S * C + 12 * L * C * C);
  });
});
