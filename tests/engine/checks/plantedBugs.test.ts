import { describe, expect, test } from 'vitest';
import { makeBatch } from '$lib/engine/batch';
import { checkAdjoint } from '$lib/engine/checks/adjointCheck';
import { largeSample } from '$lib/engine/checks/largeSample';
import { checkModel } from '$lib/engine/checks/modelCheck';
import { plantBug, plantedBugs, spoiled, type PlantedBug } from '$lib/engine/checks/plantedBugs';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { SeededValue } from '$lib/engine/cpu/seededValue';
import { makeCase } from '$lib/engine/operationCase';
import { operations } from '$lib/engine/ops/index';
import type { Operation, Sample } from '$lib/engine/ops/operation';
import type { Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import { drawModel, encode, flatten, smallModel } from '../smallModel';

const batch = makeBatch(
  ['abab', '', 'abcdef'].map((text) => encode(text)),
  smallModel.block_size
);

const named = plantedBugs.map((bug) => [bug.name, bug] as const);

function modelOf({ operation }: PlantedBug) {
  const activation = operation === 'relu2' ? 'relu2' : 'relu';
  return drawModel({ n_layer: 2, activation }, new Random(6));
}

/** Lets attention scores pass 709, where exp overflows. */
function sharpen({ parameters }: Program, weights: Float64Array): void {
  for (const { name, offset, size } of parameters) {
    if (name !== 'layer0.attn_wq') continue;
    for (let i = offset; i < offset + size; i++) weights[i] *= 2000;
  }
}

function passesAdjoint(operation: Operation, enlarge = false): boolean {
  const random = new Random(2);
  const passes = (sample: Sample) =>
    checkAdjoint(
      makeCase(operation, enlarge ? largeSample(operation, sample) : sample, random),
      random
    ).passes;
  return operation.samples.every(passes);
}

function failures(program: Program, weights: Float64Array): string[] {
  const value = new SeededValue(program, batch);
  value.load(weights);
  const entries = [...checkModel(value, new Random(9), 10)];
  const failed = entries.filter(({ verdict }) => verdict === 'fails');
  return [...new Set(failed.map(({ cell }) => cell.tensor))];
}

async function traceOf(program: Program, weights: Float64Array) {
  const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 });
  const zeros = new Float64Array(weights.length);
  await engine.load({ step: 0, weights, m: zeros, v: zeros });
  return engine.trace(batch);
}

test('names tell bugs apart', () => {
  expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
});

describe.each(named)('%s', (_, bug) => {
  test('is in the copy and not in the registry', async () => {
    const right = { ...operations[bug.operation] };
    const { program, weights } = modelOf(bug);
    const before = await traceOf(program, weights);
    const planted = plantBug(program, bug);
    for (const [i, { operation, ...rest }] of planted.nodes.entries()) {
      const { operation: original, ...others } = program.nodes[i];
      expect(rest).toEqual(others);
      expect(operation === original).toBe(rest.operationName !== bug.operation);
    }
    await traceOf(planted, weights);
    expect(operations[bug.operation]).toEqual(right);
    expect(await traceOf(program, weights)).toEqual(before);
  });

  test('is wrong where it says, and nowhere else', () => {
    const [right, wrong] = [operations[bug.operation], spoiled(operations[bug.operation], bug)];
    expect(wrong[bug.pass] === right[bug.pass]).toBe(false);
    expect({ ...wrong, [bug.pass]: null }).toEqual({ ...right, [bug.pass]: null });
  });

  test('is found by the check of the operation, which passes the right one', () => {
    const right = operations[bug.operation];
    const isLarge = bug.name === 'no maximum';
    expect(passesAdjoint(right, isLarge)).toBe(true);
    expect(passesAdjoint(spoiled(right, bug), isLarge)).toBe(false);
  });

  test('spoils gradients of the model, and the check of the model finds it', async () => {
    const { program, weights } = modelOf(bug);
    if (bug.name === 'no maximum') sharpen(program, weights);
    expect(failures(program, weights)).toEqual([]);
    const planted = plantBug(program, bug);
    expect(failures(planted, weights)).not.toEqual([]);
    const [right, wrong] = await Promise.all(
      [program, planted].map(async (of) => flatten(of, (await traceOf(of, weights)).gradients))
    );
    expect(wrong).not.toEqual(right);
  });
});

test('a bug in an operation that a program does not use leaves it as it is', () => {
  const { program } = drawModel({}, new Random(6));
  const bug = plantedBugs.find(({ operation }) => operation === 'relu2')!;
  expect(plantBug(program, bug)).toBe(program);
});
