import { ChainedSchedule } from './chainedSchedule';
import type { Plan } from './plan';
import { SingleSchedule } from './singleSchedule';
import type { FedStep } from './stepFeed';
import type { WideKernels } from './wideKernels';
import { WideSchedule } from './wideSchedule';

/**
 * How the kernels of a step are run; all run the same kernels, and the same sums in the same order.
 * `wide`: one dispatch per kernel. `chained`: one per chain of kernels. `single`: one for many steps.
 */
export type ScheduleName = 'wide' | 'chained' | 'single';

/** Records whole steps. */
export interface Schedule {
  /**
   * Records steps and the sums of their readings.
   * @param span byte offset of the span of all of them
   */
  run(pass: GPUComputePassEncoder, steps: readonly FedStep[], span: number): void;
  /** Dispatches that `run` records for so many steps. */
  dispatches(steps: number): number;
}

/** Compiles a schedule. Throws DeviceError with the name of a kernel that does not compile. */
export function createSchedule(
  name: ScheduleName,
  plan: Plan,
  kernels: WideKernels
): Promise<Schedule> {
  if (name === 'wide') return WideSchedule.create(plan, kernels);
  if (name === 'chained') return ChainedSchedule.create(plan, kernels);
  return SingleSchedule.create(plan, kernels);
}
