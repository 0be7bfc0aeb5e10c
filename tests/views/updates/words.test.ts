import { describe, expect, test } from 'vitest';
import type { Snapshot } from '$lib/run/snapshot';
import { emptySnapshot } from '$lib/run/snapshot';
import type {
  LedgerOfStep,
  UpdateOutline,
  WeightMoment,
  WeightStep
} from '$lib/run/updateQuestions';
import { closeAxis, signedAxis, stepTicks } from '$lib/views/charts/signedAxis';
import { lifeExport, rangeExport } from '$lib/views/exports/updateExports';
import { adamLines } from '$lib/views/updates/adamLines';
import type { UpdateView } from '$lib/views/updates/updateView';
import {
  describeArising,
  describeExactness,
  formatExact,
  formatPart,
  formatSigned,
  readWeight
} from '$lib/views/updates/words';
import { parseXml } from '../exports/xml';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [0.25, '+0.250'],
    [-0.00012345, '−1.23e−4'],
    [-Infinity, '−∞'],
    [NaN, '—']
  ])('%d with its sign is %s', (x, text) => expect(formatSigned(x)).toBe(text));

  test.each([
    [0.12345678, '0.123457'],
    [-7.17384e-6, '−7.17384e−6'],
    [2e-4, '2e−4'],
    [0, '0']
  ])('%d in six digits is %s', (x, text) => expect(formatExact(x)).toBe(text));

  test.each([
    [0.125, '12.5%'],
    [-4.252, '−425.2%'],
    [-0.0001, '0.0%'],
    [NaN, '—']
  ])('a share of %d is %s', (x, text) => expect(formatPart(x)).toBe(text));
});

describe('a weight that was typed', () => {
  const parameters: UpdateOutline['parameters'] = [
    { name: 'layer0.attn_wq', group: 'attention', shape: [4, 6] }
  ];

  test.each(['layer0.attn_wq[3,5]', ' layer0.attn_wq [3, 5] ', 'layer0.attn_wq 3 5'])(
    '%j is found',
    (text) =>
      expect(readWeight(text, parameters)).toEqual({
        ...{ parameter: 'layer0.attn_wq', row: 3, column: 5 }
      })
  );

  test.each([
    ['', 'weight: needs a name like layer0.attn_wq[3,5], got nothing'],
    ['wq[1,2]', 'weight: needs a name like layer0.attn_wq[3,5], got wq[1,2]'],
    ['layer0.attn_wq[3]', 'weight: needs a name like layer0.attn_wq[3,5], got layer0.attn_wq[3]'],
    ['layer0.attn_wq[4,0]', 'weight: needs an index below [4,6] in layer0.attn_wq, got [4,0]']
  ])('%j is refused in a sentence', (text, sentence) =>
    expect(readWeight(text, parameters)).toBe(sentence)
  );
});

const step: WeightStep = {
  weight: { parameter: 'wte', row: 0, column: 1 },
  engine: 'gpu',
  adam: { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 },
  update: { learning_rate: 0.01, correction1: 0.5, correction2: 0.25 },
  before: { w: 1, g: 2, m: 3, v: 4 },
  explained: {
    ...{ m: 2.85, v: 4, m_hat: 5.7, v_hat: 16, update: 0.01425, w: 0.98575 },
    ...{ fromGradient: 0.0015, fromMomentum: 0.01275 }
  },
  trained: { w: 0.98575, m: 2.85, v: 4 },
  exact: false,
  ulp: 0.5
};

test('Adam’s formula is written with all its numbers', () => {
  const lines = adamLines(step).map(
    ({ name, numeric, result }) => `${name} = ${numeric} = ${result}`
  );
  expect(lines.slice(2)).toEqual([
    'm = 0.85 · 3 + 0.15 · 2 = 2.85',
    'v = 0.99 · 4 + 0.01 · 2² = 4',
    'm̂ = 2.85 / 0.5 = 5.7',
    'v̂ = 4 / 0.25 = 16',
    'step = 0.01 · 5.7 / (√16 + 1e−8) = 0.01425',
    'w′ = 1 − 0.01425 = 0.98575'
  ]);
  expect(describeExactness(step)).toContain('0.5 ulp of f32');
  expect(describeExactness({ ...step, exact: true })).toContain('bit for bit');
});

test('a number that is not finite is told with what computed it', () => {
  const address = { tensor: 'losses', aspect: 'value', index: [3] } as const;
  const told = { pass: 'forward', value: Infinity, node: 'losses', address, position: 0 } as const;
  expect(describeArising(told)).toBe(
    'The first number that is not finite is Infinity in losses[3] by the operation losses. It arose in the forward pass.'
  );
});

describe('axes', () => {
  test('hold all values, signed ones with 0', () => {
    expect(signedAxis([[1, 2]])).toMatchObject({ from: 0 });
    const { from, to } = signedAxis([
      [-1, 2],
      [0.5, 3]
    ]);
    expect(from).toBeLessThan(-1);
    expect(to).toBeGreaterThan(3);
    expect(signedAxis([[]])).toMatchObject({ from: -1, to: 1 });
    expect(closeAxis([[5, 6]]).from).toBeGreaterThan(4.5);
    expect(closeAxis([[5, 5]])).toMatchObject({ from: 4.5, to: 5.5 });
  });

  test('name the first step and round ones', () => {
    expect(stepTicks(21, 60, 4).map(({ text }) => text)).toEqual(['21', '30', '40', '50', '60']);
    expect(stepTicks(21, 60, 4)[2]).toEqual({ at: 20, text: '40' });
    expect(stepTicks(7, 7, 4)).toEqual([{ at: 1, text: '7' }]);
  });
});

describe('exports', () => {
  const snapshot: Snapshot = { ...emptySnapshot, step: 2 };
  const view = {
    snapshot,
    update: { step: 2 },
    study: { ledger: { group: 'all' } }
  } as unknown as UpdateView;
  const ink = new Proxy<Record<string, string>>({}, { get: () => '#123456' });

  test('a weight’s life has a row and three pictures', () => {
    const life: WeightMoment[] = [1, 2].map((step) => ({
      ...{ step, loss: 1, value: step / 4, gradient: -step, moved: step / 8, document: 'anna, <b>' }
    }));
    const { table, picture } = lifeExport(view, 'wte[0,1]', life);
    expect([...table!().rows]).toEqual([
      [1, 'anna, <b>', 0.25, -1, 0.125],
      [2, 'anna, <b>', 0.5, -2, 0.25]
    ]);
    expect(parseXml(picture!(ink)).length).toBeGreaterThan(20);
    expect(picture!(ink).match(/<path/g)).toHaveLength(3);
  });

  test('a ledger over steps has a row for each step and group', () => {
    const line = { predicted: -0.5, measured: -0.25, residual: 0.25 };
    const steps: LedgerOfStep[] = [1, 2].map((step) => ({
      ...{ step, loss: 1 },
      lines: [
        { ...line, group: 'mlp' },
        { ...line, group: 'all' }
      ]
    }));
    const { table, picture, caption } = rangeExport(view, steps);
    expect([...table!().rows]).toHaveLength(4);
    expect(parseXml(picture!(ink)).length).toBeGreaterThan(20);
    expect(caption).toContain('microGPT Lab');
  });
});
