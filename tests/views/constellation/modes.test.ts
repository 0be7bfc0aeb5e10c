import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { headRole } from '$lib/views/constellation/headRoles';
import {
  amountOf,
  answers,
  inspectionNeeds,
  modes,
  valueOf,
  type Arrangement
} from '$lib/views/constellation/modes';
import { buildPicture } from '$lib/views/constellation/picture';
import { edgeSentence, headSentence, strongestEdge } from '$lib/views/constellation/readout';
import { headTint } from '$lib/views/constellation/sceneColors';
import { sceneKey } from '$lib/views/constellation/sceneKeys';
import { steer } from '$lib/views/constellation/steering';
import { watchStep, type WatchedStep } from './watchedStep';

let step: WatchedStep;

beforeAll(async () => {
  step = await watchStep({}, 20);
});

describe.each(modes)('scale of $id', ({ scale, edges }) => {
  test('keeps order and sign, ends at its maximum, and is told back', () => {
    const value = fc.double({ min: -1, max: 1, noNaN: true }).map((share) => share * scale.max);
    fc.assert(
      fc.property(value, value, (a, b) => {
        if (a <= b) expect(amountOf(scale, a)).toBeLessThanOrEqual(amountOf(scale, b));
        expect(valueOf(scale, amountOf(scale, a))).toBeCloseTo(a, 9);
      })
    );
    expect(amountOf(scale, 3 * scale.max)).toBe(1);
    expect(amountOf(scale, 0)).toBe(0);
  });

  test('holds the values of a trained model', () => {
    const { values } = edges(step.frame.attention, step.inspection);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(scale.max * (1 + 1e-12));
  });
});

describe('what must be inspected', () => {
  const [attention, value, gradient, entropy] = modes;
  const needs = (mode: (typeof modes)[number], arrangement: Arrangement) =>
    inspectionNeeds(mode, arrangement, step.frame);

  test('nothing, where the recorded frame has it all', () => {
    expect(needs(attention, 'reading')).toBeNull();
    expect(needs(entropy, 'reading')).toBeNull();
  });

  test('the tensors of every layer, of the frame’s step', () => {
    expect(needs(value, 'reading')).toEqual({
      step: 21,
      values: ['layer0.v', 'layer0.attn_wo', 'layer1.v', 'layer1.attn_wo'],
      gradients: []
    });
    expect(needs(gradient, 'residual')).toEqual({
      step: 21,
      values: ['emb_norm', 'layer0.mlp_residual', 'layer1.mlp_residual'],
      gradients: ['layer0.attn_weights', 'layer1.attn_weights']
    });
  });

  test('an inspection answers if it is of that step and has it all', () => {
    const request = needs(gradient, 'residual')!;
    const { inspection } = step;
    expect(answers(inspection, request)).toBe(true);
    expect(answers(null, request)).toBe(false);
    expect(answers({ ...inspection, step: 20 }, request)).toBe(false);
    expect(answers({ ...inspection, gradients: {} }, request)).toBe(false);
  });
});

describe('readout', () => {
  const picture = () =>
    buildPicture({ ...step, mode: modes[0], arrangement: 'residual', earlier: null });

  test('tells the strongest edge of a token in a head, or in any', () => {
    const shown = picture();
    const { n_head, T, weights } = step.frame.attention;
    const t = T - 1;
    const row = Array.from(weights.subarray((n_head * T + t) * T, (n_head * T + t) * T + T));
    const edge = strongestEdge(shown, { layer: 1, head: 0, t });
    const key = row.indexOf(Math.max(...row));
    expect(edgeSentence(shown, edge)).toBe(
      `α ${row[key].toFixed(3)} · layer 1 head 0 · “${shown.inputs[t]}” (${t}) looks at ` +
        `${shown.inputs[key] === 'BOS' ? 'BOS' : `“${shown.inputs[key]}”`} (${key})`
    );
    const any = shown.edges.values[strongestEdge(shown, { t })];
    expect(any).toBeGreaterThanOrEqual(shown.edges.values[edge]);
    expect(headSentence(shown, { layer: 1, head: 0, t })).toMatch(/^entropy \d\.\d\d bits/);
  });

  test('the residual stream has a place for every token on every level', () => {
    const { projection, edges } = picture();
    expect(projection!.points.length).toBe(3 * edges.T * 2);
  });
});

test('a head that only looks one back is told as such', () => {
  const T = 5;
  const weights = new Float64Array(2 * T * T);
  for (let t = 0; t < T; t++) {
    weights[t * T + Math.max(t - 1, 0)] = 1;
    weights[T * T + t * T] = 1;
  }
  const frame = { n_layer: 1, n_head: 2, T, weights };
  expect(headRole(frame, 0, 0)).toEqual({ name: 'previous', share: 1 });
  expect(headRole(frame, 0, 1)).toEqual({ name: 'first', share: 1 });
  expect(headRole({ ...frame, T: 2 }, 0, 0)).toBeNull();
});

test('keys choose tokens and heads, with Shift they turn, and others are left to the page', () => {
  const key = (name: string, shiftKey = false, ctrlKey = false) =>
    sceneKey({ key: name, shiftKey, ctrlKey, metaKey: false, altKey: false });
  expect(key('ArrowRight')).toEqual({ token: 'next' });
  expect(key('ArrowUp')).toEqual({ head: 'next' });
  expect(key('ArrowRight', true)).toHaveProperty('turn');
  expect(key('Escape')).toEqual({ release: true });
  expect([key('s'), key('Tab'), key('ArrowLeft', false, true)]).toEqual([null, null, null]);
});

test('steps stay inside the document, and heads go round through all layers', () => {
  const sizes = { n_layer: 2, n_head: 3, T: 4 };
  const from = { token: 3, layer: 1, head: 2 };
  expect(steer({ token: 'next' }, from, sizes)).toEqual(from);
  expect(steer({ token: 'first' }, from, sizes)).toEqual({ ...from, token: 0 });
  expect(steer({ head: 'next' }, from, sizes)).toEqual({ token: 3, layer: 0, head: 0 });
  expect(steer({ head: 'previous' }, { ...from, layer: 1, head: 0 }, sizes)).toEqual({
    ...{ token: 3, layer: 0, head: 2 }
  });
});

describe('hues of the heads', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('%i heads have as many hues', (n_head) => {
    const hues = Array.from({ length: n_head }, (_, head) => headTint(head, n_head));
    expect(new Set(hues).size).toBe(n_head);
    expect(Math.max(...hues)).toBeLessThan(8);
  });
});
