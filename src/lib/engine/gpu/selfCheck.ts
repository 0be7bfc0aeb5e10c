import { checkOperations } from '../selfCheck';
import type { Operation } from '../ops/operation';
import type { Device } from './device';
import { runOnGpu } from './operationRun';

/** Checks every operation's kernels on a device. Throws DeviceError naming the operation and the tensor that is off. */
export function selfCheck(device: Device, checked?: readonly Operation[]): Promise<void> {
  return checkOperations(device.label, (cases) => runOnGpu(device, cases), checked);
}
