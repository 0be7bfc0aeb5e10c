import { afterAll, describe, expect, test } from 'vitest';
import { makeBatch } from '$lib/engine/batch';
import { checkAdjoint } from '$lib/engine/checks/adjointCheck';
import { largeSample } from '$lib/engine/checks/largeSample';
import { caseOfNode } from '$lib/engine/checks/nodeCase';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { makeCase } from '$lib/engine/operationCase';
import { operations } from '$lib/engine/ops/index';
import type { Operation, Reals } from '$lib/engine/ops/operation';
import { Random } from '$lib/engine/random';
import { drawModel, encode, smallModel } from '../smallModel';

let worst = 0;

function check(operation: Operation, sample = operation.samples[1], seed = 2) {
  const random = new Random(seed);
  return checkAdjoint(makeCase(operation, sample, random), random);
}

const cases = Object.values(operations).flatMap((operation) =>
  operation.samples.map((sample) => ({
    operation,
    sample,
    title: `${operation.name} ${JSON.stringify(sample.shapes)}`
  }))
);

describe.each(cases)('$title', ({ operation, sample }) => {
  test('is its own adjoint rule', () => {
    for (let seed = 0; seed < 5; seed++) {
      const found = check(operation, sample, seed);
      expect(found.passes, JSON.stringify(found)).toBe(true);
      expect(found.error).toBe(Math.abs(found.forward - found.backward));
      worst = Math.max(worst, found.error / found.allowed);
    }
  });

  test('also of large numbers', () => {
    const found = check(operation, largeSample(operation, sample));
    expect(found.passes, JSON.stringify(found)).toBe(true);
  });
});

afterAll(() => console.log(`adjoints reach ${(100 * worst).toFixed(1)} % of the tolerance`));

test('every operation of a traced step passes on the numbers of the step', async () => {
  const { program, weights } = drawModel({ n_layer: 2 }, new Random(6));
  const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 });
  const zeros = new Float64Array(weights.length);
  await engine.load({ step: 0, weights, m: zeros, v: zeros });
  const documents = ['cab', '', 'abcdef'].map((text) => encode(text));
  const batch = makeBatch(documents, smallModel.block_size);
  const trace = await engine.trace(batch);
  const before = structuredClone(trace);
  const random = new Random(1);
  program.nodes.forEach(({ name }, n) => {
    const found = checkAdjoint(caseOfNode(program, batch, trace, n, random), random);
    expect(found.passes, `${name} ${JSON.stringify(found)}`).toBe(true);
  });
  expect(trace).toEqual(before);
});

test('beside its kink relu has no derivative to fail', () => {
  const random = new Random(2);
  const drawn = makeCase(operations.relu, operations.relu.samples[1], random);
  const reals = { ...drawn.reals, x: drawn.reals.x.map((x) => 1e-7 * x) };
  expect(checkAdjoint({ ...drawn, reals }, random)).toMatchObject({ forward: 0, backward: 0 });
});

/** Mistakes that the check must find in the backward loops of any operation. */
const mistakes: Record<string, (right: Operation) => Operation['backward']> = {
  'a gradient 0.1 % too large': (right) => (tensors, dims) =>
    right.backward({ ...tensors, dy: (tensors.dy as Reals).map((d) => 1.001 * d) }, dims),
  'a gradient of the wrong sign': (right) => (tensors, dims) =>
    right.backward({ ...tensors, dy: (tensors.dy as Reals).map((d) => -d) }, dims),
  'a gradient overwritten': (right) => (tensors, dims) => {
    for (const input of right.inputs) tensors[`d${input}`].fill(0);
    right.backward(tensors, dims);
  },
  'no number': (right) => (tensors, dims) => {
    right.backward(tensors, dims);
    tensors[`d${right.inputs[0]}`][0] = NaN;
  }
};

describe.each(Object.entries(mistakes))('finds %s', (_, mistake) => {
  test.each(Object.values(operations).map((op) => [op.name, op] as const))('in %s', (_, right) => {
    expect(check({ ...right, backward: mistake(right) }).passes).toBe(false);
  });
});
