import { afterAll, describe, expect, test } from 'vitest';
import { makeBatch } from '$lib/engine/batch';
import { checkCell, STEP_SIZES } from '$lib/engine/checks/cellCheck';
import { checkModel, type EntryCheck } from '$lib/engine/checks/modelCheck';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { SeededValue } from '$lib/engine/cpu/seededValue';
import type { ModelConfig } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import { MEAN_LOSS, type Seed } from '$lib/engine/seed';
import { differenceTolerance, stepTolerance } from '$lib/engine/tolerances';
import { drawModel, encode, smallModel } from '../smallModel';

const batch = makeBatch(
  ['cab', '', 'abcdef'].map((text) => encode(text)),
  smallModel.block_size
);

const seeds: [string, Seed][] = [
  ['the mean loss', MEAN_LOSS],
  ["one token's loss", { of: 'token', t: 6 }],
  ['one logit', { of: 'logit', t: 3, v: 2 }]
];

function open(seed: Seed = MEAN_LOSS, config: Partial<ModelConfig> = {}) {
  const { program, weights } = drawModel(config, new Random(6));
  const value = new SeededValue(program, batch, seed);
  value.load(weights);
  return { program, weights, value };
}

describe('a value', () => {
  test.each(seeds)('%s and its gradients are those of a trace', async (_, seed) => {
    const { program, weights, value } = open(seed, { n_layer: 2 });
    const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 });
    const zeros = new Float64Array(weights.length);
    await engine.load({ step: 0, weights, m: zeros, v: zeros });
    const { values, gradients } = await engine.trace(batch, { seed });
    const tensor = { loss: 'loss', token: 'losses', logit: 'logits' }[seed.of];
    const index = { loss: 0, token: 6, logit: 3 * 7 + 2 }[seed.of];
    expect(value.value()).toBe(values.get(tensor)![index]);
    expect(value.gradients()).toEqual(gradients);
    expect(value.tensor('layer1.attn_scores')).toEqual(values.get('layer1.attn_scores'));
  });

  test.each(['wte', 'layer0.attn_wo', 'emb', 'layer0.attn_weights', 'logits'])(
    'moved in %s changes, and is back afterwards',
    (tensor) => {
      const { value } = open();
      const before = value.value();
      const at = value.tensor(tensor)[3];
      const moved = value.moved({ tensor, index: 3 }, 0.5);
      expect(moved.at).toBe(at + 0.5);
      expect(moved.value).not.toBe(before);
      expect(value.value()).toBe(before);
      expect(value.moved({ tensor, index: 3 }, 0).value).toBe(before);
    }
  );
});

describe('the check of a cell', () => {
  test.each(seeds)('finds the gradient of every tensor right for %s', (_, seed) => {
    const { value } = open(seed);
    const random = new Random(4);
    for (const [tensor, gradient] of value.gradients()) {
      const index = Math.floor(random.random() * gradient.length);
      const { points, analytic } = checkCell(value, { tensor, index });
      expect(analytic).toBe(gradient[index]);
      const errors = points.filter(({ kinked }) => !kinked).map(({ error }) => error);
      expect(Math.min(...errors), tensor).toBeLessThanOrEqual(
        1e-9 * Math.max(1, Math.abs(analytic))
      );
    }
  });

  test('is a V: truncation falls with h², rounding rises with 1 / h', () => {
    const { value } = open();
    const { points } = checkCell(value, { tensor: 'lm_head', index: 8 });
    expect(points.map(({ h }) => h)).toEqual([...STEP_SIZES]);
    const error = (h: number) => points.find((point) => point.h === h)!.error;
    expect(error(1e-1) / error(1e-2)).toBeGreaterThan(80);
    expect(error(1e-1) / error(1e-2)).toBeLessThan(120);
    expect(error(1e-2) / error(1e-3)).toBeGreaterThan(80);
    expect(error(1e-9)).toBeGreaterThan(10 * Math.min(...points.map(({ error }) => error)));
    for (const { h, error, rounding } of points.filter(({ h }) => h <= 1e-7)) {
      expect(error, String(h)).toBeLessThan(8 * rounding);
    }
  });

  test('takes the gradient of another engine', () => {
    const { value } = open();
    const { points, analytic } = checkCell(value, { tensor: 'wpe', index: 1 }, 0.25);
    expect(analytic).toBe(0.25);
    expect(points[4].error).toBe(Math.abs(points[4].numeric - 0.25));
  });

  test('marks steps that cross a kink', () => {
    const { value } = open();
    value.value();
    const hidden = value.tensor('layer0.mlp_hidden');
    const index = hidden.findIndex((x) => Math.abs(x) > 2e-3 && Math.abs(x) < 9e-2);
    const { points } = checkCell(value, { tensor: 'layer0.mlp_hidden', index });
    for (const { h, kinked } of points) expect(kinked).toBe(h > Math.abs(hidden[index]));
    const smooth = open(MEAN_LOSS, { activation: 'relu2' }).value;
    const curve = checkCell(smooth, { tensor: 'layer0.mlp_hidden', index });
    expect(curve.points.some(({ kinked }) => kinked)).toBe(false);
  });
});

/** Largest error, in shares of what is allowed. */
let worst = 0;

describe('the check of the model', () => {
  const ENTRIES = 8;
  const models: [string, Partial<ModelConfig>][] = [
    ['one layer', {}],
    ['two layers', { n_layer: 2 }],
    ['two layers with relu2', { n_layer: 2, activation: 'relu2' }]
  ];

  test.each(models)('passes every parameter of %s', (_, config) => {
    const { program, value } = open(MEAN_LOSS, config);
    const entries = [...checkModel(value, new Random(9), ENTRIES)];
    expect(entries.map(({ cell }) => cell.tensor)).toEqual(
      program.parameters.flatMap(({ name }) => Array<string>(ENTRIES).fill(name))
    );
    expect(entries.filter(({ verdict }) => verdict === 'fails')).toEqual([]);
    expect(entries.filter(({ verdict }) => verdict === 'kink').length).toBeLessThan(3);
    const passed = entries.filter(({ verdict }) => verdict === 'passes');
    worst = Math.max(worst, ...passed.map(({ error, allowed }) => error / allowed));
  });

  test('draws every other entry from those that have a gradient', () => {
    const { program, weights } = open();
    const value = new SeededValue(program, makeBatch([encode('')], 5));
    value.load(weights);
    const entries = [...checkModel(value, new Random(9), 100)];
    const rows = entries.filter(({ cell }) => cell.tensor === 'wte');
    // Of the 7 tokens the batch reads one.
    expect(rows.filter((_, k) => k % 2 === 1).every(({ analytic }) => analytic !== 0)).toBe(true);
    expect(rows.filter((_, k) => k % 2 === 0).some(({ analytic }) => analytic === 0)).toBe(true);
    // One position attends to itself alone: nothing flows back to its query.
    const queries = entries.filter(({ cell }) => cell.tensor === 'layer0.attn_wq');
    expect(queries).toHaveLength(100);
    expect(queries.every(({ analytic }) => analytic === 0)).toBe(true);
  });

  test('is the same for the same seed, and comes entry by entry', () => {
    const { value } = open();
    const entries = [...checkModel(value, new Random(9), 2)];
    const again = checkModel(value, new Random(9), 2);
    for (const entry of entries) expect(again.next().value).toEqual(entry);
    expect(again.next().done).toBe(true);
    const others = [...checkModel(value, new Random(10), 2)];
    expect(others.map(({ cell }) => cell)).not.toEqual(entries.map(({ cell }) => cell));
  });

  /** Gradients of one parameter altered. */
  function altered(alter: (g: number, largest: number) => number) {
    const { value } = open();
    const gradients = new Map(value.gradients());
    const wrong = gradients.get('layer0.attn_wv')!;
    const largest = Math.max(...wrong.map(Math.abs));
    gradients.set(
      'layer0.attn_wv',
      wrong.map((g) => alter(g, largest))
    );
    return { value, gradients };
  }

  const failed = (entries: readonly EntryCheck[]) => [
    ...new Set(entries.filter(({ verdict }) => verdict === 'fails').map(({ cell }) => cell.tensor))
  ];

  test.each<[string, (g: number) => number]>([
    ['0.01 % too large', (g) => 1.0001 * g],
    ['of the wrong sign', (g) => -g],
    ['0', () => 0],
    ['not a number', () => NaN]
  ])('finds a gradient that is %s', (_, alter) => {
    const { value, gradients } = altered(alter);
    const entries = [...checkModel(value, new Random(9), 4, { engine: 'cpu', gradients })];
    expect(failed(entries)).toEqual(['layer0.attn_wv']);
  });

  test('allows an f32 engine its rounding and no more', () => {
    const off = (shares: number) => {
      const { value, gradients } = altered(
        (g, largest) => g + shares * stepTolerance.gradients.error * largest
      );
      const entries = (engine: 'cpu' | 'gpu') =>
        failed([...checkModel(value, new Random(9), 4, { engine, gradients })]);
      return [entries('cpu'), entries('gpu')];
    };
    expect(off(0.9)).toEqual([['layer0.attn_wv'], []]);
    expect(off(1.2)).toEqual([['layer0.attn_wv'], ['layer0.attn_wv']]);
  });

  test('marks an entry beside a kink and does not fail it', () => {
    const { program, weights } = open();
    const { offset } = program.parameters.find(({ name }) => name === 'layer0.mlp_fc1')!;
    // Hidden unit 0 is made to lie at its kink in every row: its weights are all but 0.
    weights.fill(0, offset, offset + 6);
    weights[offset] = 1e-9;
    const value = new SeededValue(program, batch);
    value.load(weights);
    const index = 1;
    const gradients = value.gradients();
    const { kinked, numeric } = checkCell(value, { tensor: 'layer0.mlp_fc1', index }).points[5];
    expect(kinked).toBe(true);
    expect(numeric).not.toBe(gradients.get('layer0.mlp_fc1')![index]);
    const entries = [...checkModel(value, new Random(9), 150)];
    const beside = entries.filter(({ cell }) => cell.tensor === 'layer0.mlp_fc1' && cell.index < 6);
    expect(beside.length).toBeGreaterThan(3);
    expect(beside.every(({ verdict }) => verdict === 'kink')).toBe(true);
    expect(entries.some(({ verdict }) => verdict === 'fails')).toBe(false);
  });

  afterAll(() =>
    console.log(
      `entries reach ${(100 * worst).toFixed(1)} % of the tolerance, h = ${differenceTolerance.h}`
    )
  );
});
