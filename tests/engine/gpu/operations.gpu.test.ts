import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { runOnGpu } from '$lib/engine/gpu/operationRun';
import { compareCase, complaint, makeCase } from '$lib/engine/operationCase';
import { operations } from '$lib/engine/ops/index';
import { Random } from '$lib/engine/random';

let device: Device;
beforeAll(async () => {
  device = await openDevice(navigator.gpu);
});
afterAll(() => device.close());

describe.each(Object.values(operations))('$name', (operation) => {
  test.each(operation.samples)('computes what the CPU computes, $shapes', async (sample) => {
    for (let seed = 1; seed <= 3; seed++) {
      const operationCase = makeCase(operation, sample, new Random(seed));
      const [result] = await runOnGpu(device, [operationCase]);
      const deviations = compareCase(operationCase, result);
      expect(complaint(operation, deviations)).toBeUndefined();
    }
  });
});

test('a grid of more than 65,535 workgroups is folded', async () => {
  const N = 65_535 * 64 + 1;
  const ramp = Float64Array.from({ length: N }, (_, i) => (i % 1009) - 504);
  const reals = { x: ramp, y: new Float64Array(N), dx: new Float64Array(N), dy: ramp };
  const operationCase = { operation: operations.relu, dims: { N }, reals, indices: {} };
  const [{ y, dx }] = await runOnGpu(device, [operationCase]);
  const wrong = ramp.findIndex((x, i) => y[i] !== Math.max(0, x) || dx[i] !== y[i]);
  expect(wrong).toBe(-1);
});

test('nothing stays on the device but what reading back needs', async () => {
  const operationCase = makeCase(operations.linear, operations.linear.samples[1], new Random(1));
  await runOnGpu(device, [operationCase]);
  const before = device.buffers;
  for (let i = 0; i < 10; i++) await runOnGpu(device, [operationCase]);
  expect(device.buffers).toBe(before);
});
