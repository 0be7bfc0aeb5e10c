import { afterAll, describe, expect, test } from 'vitest';
import { operations } from '$lib/engine/ops/index';
import type { Operation } from '$lib/engine/ops/operation';
import { Random } from '$lib/engine/random';
import { backward, drawCase, forward, type RealTensors } from './operationCase';
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
    const before = structuredClone(drawn);
    const gradients = backward(op, drawn);
    expect(forward(op, drawn)).toEqual(drawn.reals.y);
    expect(backward(op, drawn)).toEqual(gradients);
    expect(drawn).toEqual(before);
  });
});

afterAll(() => {
  for (const [name, excess] of Object.entries(seen)) {
    console.log(`${name}: differences reach ${(100 * excess).toFixed(1)} % of the tolerance`);
  }
});

type Run = (tensors: RealTensors) => void;

/** Mistakes that the checks above must find, made around the backward loops of every operation. */
const mistakes: Record<string, (run: Run, tensors: RealTensors, gradients: string[]) => void> = {
  'a gradient 0.01 % too large': (run, tensors, gradients) => {
    const before = gradients.map((d) => tensors[d].slice());
    run(tensors);
    gradients.forEach((d, k) => {
      before[k].forEach((was, i) => (tensors[d][i] += 1e-4 * (tensors[d][i] - was)));
    });
  },
  'a gradient of the wrong sign': (run, tensors) =>
    run({ ...tensors, dy: tensors.dy.map((d) => -d) }),
  'one number of dy left out': (run, tensors) =>
    run({ ...tensors, dy: tensors.dy.map((d, i) => (i === 0 ? 0 : d)) }),
  'a gradient overwritten': (run, tensors, gradients) => {
    for (const d of gradients) tensors[d].fill(0);
    run(tensors);
  }
};

describe.each(Object.entries(mistakes))('the checks find %s', (_, mistake) => {
  test.each(Object.values(operations).map((op) => [op.name, op] as const))('in %s', (_, op) => {
    const wrong: Operation = {
      ...op,
      backward: (tensors, dims) => {
        const run: Run = (changed) => op.backward(changed, dims);
        mistake(
          run,
          tensors as RealTensors,
          op.inputs.map((input) => `d${input}`)
        );
      }
    };
    const drawn = drawCase(wrong, op.samples[1], new Random(2));
    const found =
      compareEntries(wrong, drawn).some(({ excess }) => excess > 1) ||
      accumulationError(wrong, drawn) >= ACCUMULATION;
    expect(found).toBe(true);
  });
});
