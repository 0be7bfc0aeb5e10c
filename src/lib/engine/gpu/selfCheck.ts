import { DeviceError } from '../errors';
import { compareCase, complaint, makeCase } from '../operationCase';
import { operations } from '../ops/index';
import type { Operation } from '../ops/operation';
import { Random } from '../random';
import type { Device } from './device';
import { runOnGpu } from './operationRun';

/**
 * Runs one sample of every operation, forward and backward, against the CPU's loops: some devices compute wrongly.
 * Throws DeviceError naming the operation and the tensor that is off.
 */
export async function selfCheck(
  device: Device,
  checked: readonly Operation[] = Object.values(operations)
): Promise<void> {
  const random = new Random(1);
  const cases = checked.map((operation) => makeCase(operation, middle(operation.samples), random));
  const results = await runOnGpu(device, cases);
  cases.forEach((operationCase, i) => {
    const found = complaint(operationCase.operation, compareCase(operationCase, results[i]));
    if (found) throw new DeviceError(`self-check on ${device.label}: ${found}`);
  });
}

/** Neither the case of single numbers nor the largest. */
function middle<T>(samples: readonly T[]): T {
  return samples[Math.floor((samples.length - 1) / 2)];
}
