import { rowKernels, type Plan } from './plan';
import type { Schedule } from './schedule';
import type { FedStep } from './stepFeed';
import { sumItems } from './sums';
import type { WideKernels } from './wideKernels';

/** One dispatch per kernel: many small workgroups and no barrier within them. */
export class WideSchedule implements Schedule {
  readonly #plan: Plan;
  readonly #kernels: WideKernels;

  static async create(plan: Plan, kernels: WideKernels): Promise<WideSchedule> {
    await kernels.compile([...rowKernels(plan), plan.updates, plan.sums]);
    return new WideSchedule(plan, kernels);
  }

  private constructor(plan: Plan, kernels: WideKernels) {
    this.#plan = plan;
    this.#kernels = kernels;
  }

  run(pass: GPUComputePassEncoder, steps: readonly FedStep[], span: number): void {
    const { tiles, updates, sums } = this.#plan;
    for (const step of steps) {
      for (const kernel of rowKernels(this.#plan)) this.#kernels.runRows(pass, kernel, step);
      this.#kernels.run(pass, updates, tiles.count, step.span);
    }
    this.#kernels.run(pass, sums, sumItems(steps.length), span);
  }

  dispatches(steps: number): number {
    return steps * (rowKernels(this.#plan).length + 1) + 1;
  }
}
