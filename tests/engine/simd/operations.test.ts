import { describe, expect, test } from 'vitest';
import { compareCase, complaint, makeCase } from '$lib/engine/operationCase';
import { operations } from '$lib/engine/ops/index';
import { Random } from '$lib/engine/random';
import { runOnSimd } from '$lib/engine/simd/operationKernels';
import { modules } from './modules';

describe.each(modules)('$kind SIMD', (module) => {
  describe.each(Object.values(operations))('$name', (operation) => {
    test.each(operation.samples)('computes what the CPU computes, $shapes', async (sample) => {
      for (let seed = 1; seed <= 3; seed++) {
        const operationCase = makeCase(operation, sample, new Random(seed));
        const [result] = await runOnSimd(module, [operationCase]);
        const deviations = compareCase(operationCase, result);
        expect(complaint(operation, deviations)).toBeUndefined();
      }
    });
  });
});
