import { afterAll, describe, expect, test } from 'vitest';
import {
  explain,
  explainGradient,
  explainValue,
  operandsOf,
  originOf,
  type Explanation
} from '$lib/engine/expression/explain';
import { keyOf, type TracedStep } from '$lib/engine/expression/tracedStep';
import { verify } from '$lib/engine/expression/verify';
import { batchArrays } from '$lib/engine/batch';
import type { Address, Aspect } from '$lib/engine/ops/expression';
import type { ModelConfig } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import { addressesOf, unflatten } from './addresses';
import { stepOfModel } from './steps';

/** A cell against its recomputation, relative to the largest number of its tensor. Seen: 3e-16. */
const CLOSE = 1e-12;

/** Cells opened of every tensor. */
const CELLS = 40;

const models: [string, Partial<ModelConfig>, string[]][] = [
  ['one layer, one document', { n_layer: 1 }, ['fade']],
  ['one layer, three documents', { n_layer: 1, activation: 'relu2' }, ['cab', '', 'abcdef']],
  ['two layers, one document', { n_layer: 2, activation: 'relu2' }, ['deadbeef']],
  ['two layers, three documents', { n_layer: 2 }, ['bead', 'deaf', 'a']]
];

let worst = 0;

describe.each(models)('%s', async (_, config, documents) => {
  const step = await stepOfModel(config, documents);
  const names = [...step.trace.shapes.keys()];

  test.each<Aspect>(['value', 'gradient'])('every tensor: cells of its %s verify', (aspect) => {
    const random = new Random(9);
    for (const tensor of names) {
      const array = (aspect === 'value' ? step.trace.values : step.trace.gradients).get(tensor)!;
      // Not the −10³⁰ of a mask: what is hidden would hide mistakes.
      const scale = Math.max(...array.map((x) => (x === -1e30 ? 0 : Math.abs(x))));
      for (let k = 0; k < CELLS; k++) {
        const at = Math.floor(random.random() * array.length);
        const address = { tensor, aspect, index: unflatten(at, step.trace.shapes.get(tensor)!) };
        const verified = verify(explain(step, address), 'f64');
        expect(verified.stored, keyOf(address)).toBe(array[at]);
        expect(Math.abs(verified.difference)).toBeLessThanOrEqual(verified.rounding);
        const error = verified.difference === 0 ? 0 : Math.abs(verified.difference) / scale;
        worst = Math.max(worst, error);
        expect(error, keyOf(address)).toBeLessThanOrEqual(CLOSE);
      }
    }
  });

  test('walking from any number ends at weights, the batch and the seed', () => {
    const starts = names.flatMap((tensor) => [
      ...addressesOf(step, tensor, 'value', 2),
      ...addressesOf(step, tensor, 'gradient', 2)
    ]);
    for (const end of endsOf(step, starts)) {
      // A row that no position used, a place past a document: a number made of nothing.
      const isNothing = end.origin === 'operation' && end.stored === 0;
      expect(isNothing || end.origin !== 'operation', keyOf(end.address)).toBe(true);
      expect(operandsOf(end)).toEqual([]);
    }
  });

  test('the loss goes back to every weight and token that took part in it', () => {
    const loss: Address = { tensor: 'loss', aspect: 'value', index: [] };
    const ends = new Set(endsOf(step, [loss]).map(({ address }) => keyOf(address)));
    for (const { name } of step.program.parameters) {
      const used = addressesOf(step, name, 'gradient', 1000).filter(
        (address) => explain(step, address).stored !== 0
      );
      const missing = used.filter(({ index }) => !ends.has(`${name}[${index.join(',')}]`));
      expect(missing.map(keyOf)).toEqual([]);
    }
    for (const t of step.batch.tokens.keys()) {
      expect(ends.has(`tokens[${t}]`) && ends.has(`targets[${t}]`)).toBe(true);
    }
  });
});

afterAll(() => console.log(`opened cells of models: ${worst.toExponential(1)} of the largest`));

/** The explanations from which no operand leads on, of all numbers that the starts go back to. */
function endsOf(step: TracedStep, starts: readonly Address[]): Explanation[] {
  const seen = new Set<string>();
  const ends: Explanation[] = [];
  const ahead = [...starts];
  for (let address = ahead.pop(); address; address = ahead.pop()) {
    if (seen.has(keyOf(address))) continue;
    seen.add(keyOf(address));
    const explanation = explain(step, address);
    const operands = operandsOf(explanation);
    ahead.push(...operands);
    if (operands.length === 0) ends.push(explanation);
  }
  return ends;
}

describe('an explanation', async () => {
  const step = await stepOfModel({ n_layer: 1 }, ['cab']);
  const contributors = ({ contributions }: Explanation) =>
    contributions.map(({ node, slot }) => `${node} ${slot}`);
  const operands = (explanation: Explanation) => operandsOf(explanation).map(keyOf);

  test('of a value names the operation and what it read', () => {
    const explanation = explainValue(step, 'layer0.mlp_residual', [2, 3]);
    expect(explanation.origin).toBe('operation');
    expect(contributors(explanation)).toEqual(['layer0.mlp_residual y']);
    expect(operands(explanation)).toEqual(['layer0.mlp_out[2,3]', 'layer0.attn_residual[2,3]']);
  });

  test('of an embedding leads to the row and to the token that chose it', () => {
    const explanation = explainValue(step, 'tok_emb', [1, 4]);
    expect(operands(explanation)).toEqual(['tokens[1]', 'wte[2,4]']);
  });

  test('of a hidden score leads to the position that may not see it', () => {
    const explanation = explainValue(step, 'layer0.attn_masked', [1, 0, 3]);
    expect(operands(explanation)).toEqual(['positions[1]']);
    expect(verify(explanation, 'f64')).toMatchObject({ stored: -1e30, recomputed: -1e30 });
  });

  test('of a gradient has one contribution per reader, the last reader first', () => {
    expect(contributors(explainGradient(step, 'layer0.attn_norm', [0, 0]))).toEqual([
      'layer0.v dx',
      'layer0.k dx',
      'layer0.q dx'
    ]);
    expect(contributors(explainGradient(step, 'emb_norm', [0, 0]))).toEqual([
      'layer0.attn_residual db',
      'layer0.attn_norm dx'
    ]);
  });

  test('of a row of wte sums over the positions that used it', async () => {
    const twice = await stepOfModel({ n_layer: 1 }, ['aba']);
    expect(operands(explainGradient(twice, 'wte', [0, 2]))).toEqual([
      'dtok_emb[1,2]',
      'dtok_emb[3,2]'
    ]);
    expect(operands(explainGradient(twice, 'wte', [5, 2]))).toEqual([]);
  });

  test('ends at weights, entries of the batch and the seed', () => {
    for (const [address, origin, stored] of [
      [
        { tensor: 'wte', aspect: 'value', index: [2, 1] },
        'weight',
        step.trace.values.get('wte')![13]
      ],
      [{ tensor: 'tokens', aspect: 'batch', index: [1] }, 'batch', 2],
      [{ tensor: 'loss', aspect: 'gradient', index: [] }, 'seed', 1]
    ] as const) {
      const explanation = explain(step, address);
      expect(explanation).toMatchObject({ origin, stored, contributions: [] });
      expect(verify(explanation, 'f64')).toMatchObject({ recomputed: stored, ulp: 0 });
      expect(originOf(step, address)).toBe(origin);
    }
  });

  test('of a backward pass that began at one logit ends there', async () => {
    const seeded = await stepOfModel({ n_layer: 1 }, ['cab'], { of: 'logit', t: 1, v: 2 });
    const at = (v: number): Address => ({ tensor: 'logits', aspect: 'gradient', index: [1, v] });
    expect(explain(seeded, at(2))).toMatchObject({ origin: 'seed', stored: 1, contributions: [] });
    expect(verify(explain(seeded, at(2)), 'f64').recomputed).toBe(1);
    expect(explain(seeded, at(3))).toMatchObject({ origin: 'operation', stored: 0 });
    expect(verify(explain(seeded, at(3)), 'f64').recomputed).toBe(0);
    for (const tensor of ['lm_head', 'layer0.attn_wq', 'wpe']) {
      for (const address of addressesOf(seeded, tensor, 'gradient', 20)) {
        const { difference, rounding } = verify(explain(seeded, address), 'f64');
        expect(Math.abs(difference)).toBeLessThanOrEqual(rounding);
      }
    }
    expect(() => explain(seeded, { tensor: 'probs', aspect: 'gradient', index: [0, 0] })).toThrow(
      new RangeError('explain: needs a tensor of the step, got dprobs')
    );
  });

  test('is data alone', () => {
    const explanation = explainGradient(step, 'emb_norm', [1, 2]);
    expect(structuredClone(explanation)).toEqual(explanation);
  });
});

describe('what a step does not have', async () => {
  const step = await stepOfModel({ n_layer: 1 }, ['cab']);
  const at = (tensor: string, aspect: Aspect, index: number[]) => () =>
    explain(step, { tensor, aspect, index });

  test.each<[string, Aspect, number[], string]>([
    ['layer0.q', 'value', [4, 0], 'explain: needs an index of layer0.q (4, 6), got (4, 0)'],
    ['layer0.q', 'gradient', [0, -1], 'explain: needs an index of dlayer0.q (4, 6), got (0, -1)'],
    ['layer0.q', 'value', [0], 'explain: needs an index of layer0.q (4, 6), got (0)'],
    ['wte', 'value', [0, 0.5], 'explain: needs an index of wte (7, 6), got (0, 0.5)'],
    ['wte', 'gradient', [7, 0], 'explain: needs an index of dwte (7, 6), got (7, 0)'],
    ['loss', 'value', [0], 'explain: needs an index of loss (), got (0)'],
    ['tokens', 'batch', [4], 'explain: needs an index of tokens (4), got (4)'],
    ['layer1.q', 'value', [0, 0], 'explain: needs a tensor of the step, got layer1.q'],
    ['tokens', 'value', [0], 'explain: needs a tensor of the step, got tokens'],
    ['T', 'batch', [0], 'explain: needs a tensor of the step, got T']
  ])('%s %s %j', (tensor, aspect, index, message) => {
    expect(at(tensor, aspect, index)).toThrow(new RangeError(message));
  });

  test('every array of the batch is there', () => {
    for (const name of batchArrays) expect(at(name, 'batch', [3])().origin).toBe('batch');
  });
});
