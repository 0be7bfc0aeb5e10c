import { describe, expect, test } from 'vitest';
import { operations } from '$lib/engine/ops/index';
import type { CheckResult } from '$lib/run/operationChecks';
import { matches, shareText, summary } from '$lib/views/catalogue/checkWords';
import { placeAfter } from '$lib/views/catalogue/gridKeys';
import { kernelText } from '$lib/views/catalogue/kernelText';
import { exampleNumber, parseNumber } from '$lib/views/catalogue/numberText';
import { refusal, resultText, shapeText } from '$lib/views/catalogue/shapeLines';
import { tinted } from '$lib/views/catalogue/tint';

describe.each(Object.values(operations))('$name', (operation) => {
  const kernels = [operation.wgsl.forward, ...Object.values(operation.wgsl.backward)];

  test('its colours change no letter', () => {
    for (const text of [operation.formula, ...kernels.map(kernelText)]) {
      const stretches = tinted(text, operation);
      expect(stretches.map((stretch) => stretch.text).join('')).toBe(text);
      expect(stretches.some(({ tint }) => tint === 'value' || tint === 'gradient')).toBe(true);
    }
  });

  test('refuses a wrong shape in its own words', () => {
    expect(refusal(operation)).toMatch(new RegExp(`^${operation.name}: needs .*, got `));
  });
});

test('values, gradients, words and comments have tints of their own', () => {
  const { linear } = operations;
  const tints = tinted('// dx\nfor dx_new dx w1 w 1.0', linear).map(({ text, tint }) => [
    text.trim(),
    tint
  ]);
  expect(tints).toEqual([
    ['// dx', 'comment'],
    ['', 'plain'],
    ['for', 'word'],
    ['dx_new', 'plain'],
    ['dx', 'gradient'],
    ['w1', 'plain'],
    ['w', 'value'],
    ['1.0', 'plain']
  ]);
});

test('shapes in words', () => {
  const [, sample] = operations.attention_scores.samples;
  expect(shapeText(sample.shapes, sample.attributes)).toContain(
    'lengths (5), n_head\u00a0=\u00a02'
  );
  expect(resultText(operations.mean, operations.mean.samples[1])).toBe('y () with T\u00a0=\u00a07');
});

test.each([
  ['1.5', 1.5],
  ['−2', -2],
  ['0,25', 0.25],
  [' 1e-3 ', 1e-3],
  ['', undefined],
  ['-', undefined],
  ['1e999', undefined]
])('“%s” is typed for %s', (text, value) => expect(parseNumber(text)).toBe(value));

test.each([
  [0.12345, '0.123'],
  [-2, '−2'],
  [-1e30, '−1e30'],
  [0.0001, '1e−4'],
  [1234.56, '1234.6'],
  [Infinity, '∞'],
  [NaN, 'NaN']
])('%d is shown as %s', (value, text) => expect(exampleNumber(value)).toBe(text));

test('shares of the tolerance', () => {
  expect([0, 1e-6, 0.1234, 0.5, 2.5, 25, Infinity].map(shareText)).toEqual([
    '0%',
    '<0.01%',
    '12%',
    '50%',
    '250%',
    '25×',
    '∞'
  ]);
});

test('one sentence on all checks', () => {
  const result = (outcome: CheckResult['outcome'], share = 0): CheckResult => ({
    operation: 'relu',
    check: 'kernels',
    outcome,
    share,
    words: 'no GPU',
    compared: 1,
    ms: 1
  });
  expect(summary([])).toBe('');
  expect(summary([result('passes', 0.5), result('fails', 7), result('skipped')])).toBe(
    '1 of 3 checks pass · worst 50% of the tolerance · 1 fail · 1 not run: no GPU'
  );
});

test('a filter wants every word, anywhere', () => {
  expect(matches('', ['a'])).toBe(true);
  expect(matches('SOFT prob', ['softmax', 'Turns scores into probabilities'])).toBe(true);
  expect(matches('soft loss', ['softmax'])).toBe(false);
});

test('keys walk a grid and stop at its edges', () => {
  expect(placeAfter('ArrowDown', 1, 3, 6)).toBe(4);
  expect(placeAfter('ArrowRight', 1, 3, 6)).toBe(2);
  expect(placeAfter('End', 1, 3, 6)).toBe(5);
  expect(placeAfter('ArrowUp', 1, 3, 6)).toBeUndefined();
  expect(placeAfter('Home', 0, 3, 6)).toBeUndefined();
  expect(placeAfter('a', 1, 3, 6)).toBeUndefined();
});
