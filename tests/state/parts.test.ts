import { beforeEach, expect, test } from 'vitest';
import { InquiryError } from '$lib/state/inquiries';
import { areOf, Parts } from '$lib/state/parts.svelte';

let parts: Parts<number>;
let asked: number[];
beforeEach(() => {
  parts = new Parts();
  asked = [];
});

/** Two at a time. */
const next = async (from: number) => {
  asked.push(from);
  return [from, from + 1];
};

test('come one after another until they are whole', async () => {
  expect(await parts.gather(6, next)).toBe(true);
  expect(parts.list).toEqual([0, 1, 2, 3, 4, 5]);
  expect(asked).toEqual([0, 2, 4]);
  expect(parts).toMatchObject({ isComing: false, isWhole: true, refusal: null });
});

test('stop where they are told to, and go on from there', async () => {
  const stopping = async (from: number) => {
    if (from === 2) parts.stop();
    return next(from);
  };
  expect(await parts.gather(6, stopping)).toBe(false);
  expect(parts.list).toEqual([0, 1]);
  expect(parts).toMatchObject({ isComing: false, isWhole: false });
  expect(await parts.gather(6, next)).toBe(true);
  expect(parts.list).toEqual([0, 1, 2, 3, 4, 5]);
});

test('say why they do not come, and can be asked for again', async () => {
  const failing = async (from: number) => {
    if (from > 0) throw new InquiryError('inspection: needs a run that goes on');
    return next(from);
  };
  expect(await parts.gather(4, failing)).toBe(false);
  expect(parts).toMatchObject({ isComing: false, refusal: 'inspection: needs a run that goes on' });
  expect(await parts.gather(4, next)).toBe(true);
  expect(parts.refusal).toBeNull();
});

test('a part that gave way to newer questions is asked for again', async () => {
  let refusals = 0;
  const busy = async (from: number) => {
    if (refusals++ < 2) throw new InquiryError('gave way', true);
    return next(from);
  };
  expect(await parts.gather(2, busy)).toBe(true);
  expect(parts.list).toEqual([0, 1]);
});

test('steps trained again are those of a run if their losses are, bit for bit', () => {
  const steps = [
    { step: 2, loss: 0.5 },
    { step: 3, loss: 0.25 }
  ];
  expect(areOf(steps, [1, 0.5, 0.25, 0.1])).toBe(true);
  expect(areOf(steps, [1, 0.5, 0.26])).toBe(false);
  expect(areOf(steps, [1, 0.5])).toBe(false);
  expect(areOf([], [])).toBe(true);
});
