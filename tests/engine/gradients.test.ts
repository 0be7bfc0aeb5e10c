import { afterAll, describe, expect, test } from 'vitest';
import { addedGradients } from '$lib/engine/checks/addedGradients';
import { checkAdjoint } from '$lib/engine/checks/adjointCheck';
import { checkDifferences } from '$lib/engine/checks/differenceCheck';
import { makeCase, runOnCpu, type OperationCase } from '$lib/engine/operationCase';
import { operations } from '$lib/engine/ops/index';
import type { Operation } from '$lib/engine/ops/operation';
import { Random } from '$lib/engine/random';
import { worstError } from './closeness';

/** Adding to a gradient rounds once per term. */
const ACCUMULATION = 1e-14;

/** Most entries of one input that are moved one by one. */
const MOST_ENTRIES = 460;

const cases = Object.values(operations).flatMap((op) =>
  op.samples.map((sample) => ({ op, sample, title: `${op.name} ${JSON.stringify(sample.shapes)}` }))
);

/** Largest share of the tolerance seen, by operation. */
const seen: Record<string, number> = {};

/** A case whose gradients begin with 0. */
function emptied({ reals, ...drawn }: OperationCase): OperationCase {
  const zeros: Record<string, Float64Array> = {};
  for (const input of drawn.operation.inputs) zeros[`d${input}`] = reals[input].map(() => 0);
  return { ...drawn, reals: { ...reals, ...zeros } };
}

/** How far backward is from adding the same to the gradients, whatever they hold. */
function accumulationError(drawn: OperationCase): number {
  const [onZeros, onNumbers] = [emptied(drawn), drawn].map(addedGradients);
  return Math.max(
    ...drawn.operation.inputs.map((input) => worstError(onNumbers[input], onZeros[input]).error)
  );
}

describe.each(cases)('$title', ({ op, sample }) => {
  const drawn = makeCase(op, sample, new Random(2));

  test('backward agrees with central differences', () => {
    const checks = checkDifferences(drawn, MOST_ENTRIES);
    const share = Math.max(...checks.map(({ deviation }) => deviation.share));
    seen[op.name] = Math.max(seen[op.name] ?? 0, share);
    expect(checks.every(({ moved }) => moved > 0)).toBe(true);
    expect(checks.filter(({ deviation }) => !(deviation.share <= 1))).toEqual([]);
  });

  test('backward is the adjoint of a change in one random direction', () => {
    const found = checkAdjoint(drawn, new Random(3));
    expect(found.passes, JSON.stringify(found)).toBe(true);
  });

  test('backward adds to the gradients it finds', () => {
    expect(accumulationError(drawn)).toBeLessThan(ACCUMULATION);
  });

  test('run twice gives the same bits, and leaves inputs alone', () => {
    const before = structuredClone(drawn.reals);
    const results = runOnCpu(drawn);
    expect(runOnCpu(drawn)).toEqual(results);
    expect(drawn.reals).toEqual(before);
  });
});

afterAll(() => {
  for (const [name, share] of Object.entries(seen)) {
    console.log(`${name}: differences reach ${(100 * share).toFixed(1)} % of the tolerance`);
  }
});

type RealTensors = Readonly<Record<string, Float64Array>>;

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
    const checks = checkDifferences(makeCase(wrong, op.samples[1], new Random(2)), MOST_ENTRIES);
    expect(checks.some(({ deviation }) => deviation.share > 1)).toBe(true);
  });
});
