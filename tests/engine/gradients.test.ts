import { afterAll, describe, expect, test } from 'vitest';
import { operations } from '$lib/engine/ops/index';
import type { Operation } from '$lib/engine/ops/operation';
import { Random } from '$lib/engine/random';
import { backwardFrom, drawCase, zeros } from './operationCase';
import { accumulationError, compareDirection, compareEntries } from './operationGradients';

/** Adding to a gradient rounds once per term. */
const ACCUMULATION = 1e-14;

const cases = Object.values(operations).flatMap((op) =>
  op.samples.map((sample) => ({ op, sample, title: `${op.name} ${JSON.stringify(sample.shapes)}` }))
);

/** Largest excess seen, by operation. */
const seen: Record<string, number> = {};

describe.each(cases)('$title', ({ op, sample }) => {
  const drawn = drawCase(op, sample, new Random(2));

  test('backward agrees with central differences', () => {
    const compared = compareEntries(op, drawn);
    seen[op.name] = Math.max(seen[op.name] ?? 0, ...compared.map(({ excess }) => excess));
    expect(compared.length).toBeGreaterThan(0);
    expect(compared.filter(({ excess }) => excess > 1)).toEqual([]);
  });

  test('backward is the adjoint of a change in one random direction', () => {
    const compared = compareDirection(op, drawn);
    expect(compared.excess, JSON.stringify(compared)).toBeLessThanOrEqual(1);
  });

  test('backward adds to the gradients it finds', () => {
    expect(accumulationError(op, drawn)).toBeLessThan(ACCUMULATION);
  });

  test('run twice gives the same bits, and leaves inputs alone', () => {
    const { tensors, dims } = drawn;
    const before = structuredClone(tensors);
    const backward = () => backwardFrom(op, drawn, (input) => zeros(tensors[input]));
    const gradients = backward();
    op.forward(tensors, dims);
    expect(backward()).toEqual(gradients);
    expect(tensors).toEqual(before);
  });
});

afterAll(() => {
  for (const [name, excess] of Object.entries(seen)) {
    console.log(`${name}: differences reach ${(100 * excess).toFixed(1)} % of the tolerance`);
  }
});

type Backward = Operation['backward'];

/** Mistakes that the checks above must find, made in a copy of each operation. */
const mistakes: Record<string, (op: Operation, backward: Backward) => Backward> = {
  'a gradient 0.01 % too large': (op, backward) => (tensors, dims) => {
    const before = op.inputs.map((input) => tensors[`d${input}`].slice());
    backward(tensors, dims);
    op.inputs.forEach((input, k) => {
      const d = tensors[`d${input}`];
      for (let i = 0; i < d.length; i++) d[i] += 1e-4 * (d[i] - before[k][i]);
    });
  },
  'a gradient of the wrong sign': (_, backward) => (tensors, dims) =>
    backward({ ...tensors, dy: tensors.dy.map((d) => -d) }, dims),
  'one number of dy left out': (_, backward) => (tensors, dims) =>
    backward({ ...tensors, dy: tensors.dy.map((d, i) => (i === 0 ? 0 : d)) }, dims),
  'a gradient overwritten': (op, backward) => (tensors, dims) => {
    for (const input of op.inputs) tensors[`d${input}`].fill(0);
    backward(tensors, dims);
  }
};

describe.each(Object.entries(mistakes))('the checks find %s', (_, mistake) => {
  test.each(Object.values(operations).map((op) => [op.name, op] as const))('in %s', (_, op) => {
    const wrong: Operation = { ...op, backward: mistake(op, op.backward) };
    const drawn = drawCase(wrong, op.samples[1], new Random(2));
    const found =
      compareEntries(wrong, drawn).some(({ excess }) => excess > 1) ||
      accumulationError(wrong, drawn) >= ACCUMULATION;
    expect(found).toBe(true);
  });
});
