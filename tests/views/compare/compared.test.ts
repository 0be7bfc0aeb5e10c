import { describe, expect, test } from 'vitest';
import type { SampleEvent, TokenSummary } from '../../../src/lib/run/protocol';
import {
  attentionChange,
  changeColor,
  comparedTokens
} from '../../../src/lib/views/compare/compared';
import { buildRamp } from '../../../src/lib/views/ramp';
import { setsAt } from '../../../src/lib/views/sampleSets';

function token(target: number, target_prob: number, top: readonly (readonly [number, number])[]) {
  const top_k = top.map(([token_id, prob]) => ({ token_id, prob }));
  return { target, target_prob, top_k } as unknown as TokenSummary;
}

test('two steps are compared on all tokens that either finds likely, and on the target', () => {
  const a = token(9, 0.01, [
    [1, 0.6],
    [2, 0.3]
  ]);
  const b = token(9, 0.5, [
    [9, 0.5],
    [2, 0.4]
  ]);
  expect(comparedTokens(a, b)).toEqual([
    { token_id: 9, a: 0.01, b: 0.5 },
    { token_id: 2, a: 0.3, b: 0.4 },
    { token_id: 1, a: 0.6, b: null }
  ]);
});

test('the change of attention is what B has more', () => {
  const about = { n_layer: 1, n_head: 1, T: 2 };
  const a = { ...about, weights: new Float64Array([1, 0, 0.75, 0.25]) };
  const b = { ...about, weights: new Float64Array([1, 0, 0.25, 0.75]) };
  expect(Array.from(attentionChange(a, b).weights)).toEqual([0, 0, -0.5, 0.5]);
});

test('less and more have their own colours, and none of either looks the same', () => {
  const less = buildRamp(['#101010', '#0000ff']);
  const more = buildRamp(['#101010', '#ff0000']);
  expect(changeColor(-1, less, more).background).toBe('rgb(0 0 255)');
  expect(changeColor(1, less, more).background).toBe('rgb(255 0 0)');
  expect(changeColor(0, less, more).background).toBe('rgb(16 16 16)');
});

describe('sets of samples', () => {
  const samples = [50, 100, 100, 200].map((step) => ({ step }) as SampleEvent);
  const told = (step: number | null, compare: number | null = null) =>
    setsAt(samples, { step, compare }).map(({ place, mark }) => [place, mark]);

  test.each([
    ['all, the newest first', null, [3, 2, 1, 0]],
    ['those up to a step', 120, [2, 1, 0]],
    ['the first where there was none yet', 10, [0]]
  ])('are %s', (_, step, places) => {
    expect(told(step)).toEqual(places.map((place) => [place, '']));
  });

  test('are those nearest to two steps that are compared', () => {
    expect(told(190, 60)).toEqual([
      [3, 'B'],
      [0, 'A']
    ]);
    expect(told(null, 90)).toEqual([
      [3, 'B'],
      [1, 'A']
    ]);
    expect(told(60, 10)).toEqual([[0, 'B']]);
    expect(setsAt([], { step: 3, compare: 1 })).toEqual([]);
  });
});
