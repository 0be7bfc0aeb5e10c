import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { operations } from '$lib/engine/ops/index';
import type { Operation } from '$lib/engine/ops/operation';
import { checkOperation } from '$lib/run/operationChecks';

let device: Device;
beforeAll(async () => {
  device = await openDevice(navigator.gpu);
});
afterAll(() => device.close());

async function kernelsOf(operation: Operation) {
  const host = { now: () => performance.now(), device: () => Promise.resolve(device) };
  for await (const result of checkOperation(operation, host)) {
    if (result.check === 'kernels') return result;
  }
}

const withKernel = (body: string): Operation => {
  const { relu } = operations;
  return { ...relu, wgsl: { ...relu.wgsl, forward: { ...relu.wgsl.forward, body } } };
};

test('the kernels of an operation pass', async () => {
  expect(await kernelsOf(operations.softmax)).toMatchObject({ outcome: 'passes' });
});

test('a wrong kernel fails, with what was needed and got', async () => {
  const result = await kernelsOf(withKernel('y[i] = x[i];'));
  expect(result).toMatchObject({ outcome: 'fails' });
  expect(result!.words).toMatch(/^y\[\d+\], N = \d+: needs \|Δ\| ≤ /);
});

test('a kernel that does not compile fails in the words of the device', async () => {
  const result = await kernelsOf(withKernel('y[i] = nothing;'));
  expect(result).toMatchObject({ outcome: 'fails', share: Infinity });
  expect(result!.words).toContain('nothing');
});
