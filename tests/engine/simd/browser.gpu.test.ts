import { describe, expect, test } from 'vitest';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { compareCase, complaint, makeCase } from '$lib/engine/operationCase';
import { operations } from '$lib/engine/ops/index';
import { Random } from '$lib/engine/random';
import { compileSimd, simdKinds } from '$lib/engine/simd/module';
import { runOnSimd } from '$lib/engine/simd/operationKernels';
import { SimdEngine } from '$lib/engine/simd/simdEngine';
import { stepTolerance } from '$lib/engine/tolerances';
import { adam, drawBatch, smallModel } from '../gpu/models';
import { tooFar, trainAll, variedSteps } from './trainers';

describe.each(simdKinds)('%s SIMD in the browser', (kind) => {
  test('every operation computes what the CPU computes', async () => {
    const module = await compileSimd(kind);
    for (const operation of Object.values(operations)) {
      for (const sample of operation.samples) {
        const operationCase = makeCase(operation, sample, new Random(1));
        const [result] = await runOnSimd(module, [operationCase]);
        const deviations = compareCase(operationCase, result);
        expect(complaint(operation, deviations)).toBeUndefined();
      }
    }
  });

  test('a step takes the gradients of the reference, and twice the same bits', async () => {
    const { program, state } = smallModel({ n_embd: 20, n_head: 4 });
    const steps = [{ step: 1, batch: drawBatch(program, [7, 3, 7]), learning_rate: 0.01 }];
    const simd = await SimdEngine.open(program, adam, { module: await compileSimd(kind) });
    const actual = await trainAll(simd, state, steps);
    const expected = await trainAll(new CpuEngine(program, adam), state, steps);
    const { gradients } = stepTolerance;
    expect(tooFar('gradients', actual.gradients, expected.gradients, gradients)).toEqual([]);
    expect(await trainAll(simd, state, steps)).toEqual(actual);
  });

  test('many steps, compiled anew on the way by the browser, keep their bits', async () => {
    const { program, state } = smallModel();
    const simd = await SimdEngine.open(program, adam, { module: await compileSimd(kind) });
    const train = async () => {
      await simd.load(state);
      return (await simd.train(variedSteps(program, 1, 300), false)).metrics;
    };
    const first = await train();
    for (let again = 0; again < 5; again++) expect(await train()).toEqual(first);
  });
});
