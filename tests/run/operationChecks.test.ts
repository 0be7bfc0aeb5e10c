import { describe, expect, test } from 'vitest';
import { plantedBugs, spoiled } from '$lib/engine/checks/plantedBugs';
import { operations } from '$lib/engine/ops/index';
import type { Operation } from '$lib/engine/ops/operation';
import { checkNames, checkOperation, type CheckHost } from '$lib/run/operationChecks';

let clock = 0;
const host: CheckHost = {
  now: () => clock++,
  device: () => Promise.resolve('WebGPU: needs a browser that has it, got none')
};

async function resultsOf(operation: Operation) {
  const results = [];
  for await (const result of checkOperation(operation, host)) results.push(result);
  return results;
}

test.each(Object.values(operations).map((operation) => [operation.name, operation] as const))(
  '%s passes what runs on the CPU, and says why the rest does not run',
  async (name, operation) => {
    const results = await resultsOf(operation);
    expect(results.map(({ check }) => check)).toEqual(checkNames);
    expect(results.map(({ outcome }) => outcome)).toEqual(['passes', 'passes', 'skipped']);
    const [differences, adjoint, kernels] = results;
    expect(differences).toMatchObject({ operation: name, ms: 1 });
    expect(differences.compared).toBeGreaterThan(operation.samples.length);
    expect(differences.share).toBeLessThanOrEqual(1);
    expect(adjoint.compared).toBe(operation.samples.length);
    expect(kernels.words).toBe('WebGPU: needs a browser that has it, got none');
  }
);

/** Right on numbers of usual size, where exp does not overflow. */
const hidden = ['no maximum'];

describe.each(plantedBugs.filter(({ name }) => !hidden.includes(name)))(
  'the planted bug “$name”',
  (bug) => {
    test('fails both checks of the loops, with what was needed and got', async () => {
      const [differences, adjoint] = await resultsOf(spoiled(operations[bug.operation], bug));
      expect(differences.outcome).toBe('fails');
      expect(differences.share).toBeGreaterThan(1);
      expect(differences.words).toMatch(/^d\w+\[\d+\], .*: needs \|Δ\| ≤ .*, got .* for /);
      expect(adjoint.outcome).toBe('fails');
    });
  }
);

test('a gradient that is no number fails', async () => {
  const wrong: Operation = {
    ...operations.relu,
    backward: ({ dx }) => dx.fill(NaN)
  };
  const [differences, adjoint] = await resultsOf(wrong);
  expect(differences).toMatchObject({ outcome: 'fails', share: Infinity });
  expect(adjoint).toMatchObject({ outcome: 'fails', share: Infinity });
});

test('an error that is not of the device is not hidden', async () => {
  const broken: Operation = {
    ...operations.relu,
    forward: () => {
      throw new TypeError('broken');
    }
  };
  await expect(resultsOf(broken)).rejects.toThrow('broken');
});
