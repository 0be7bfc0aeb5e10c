import type { Device } from '../device';
import type { Binding } from './pipelines';
import { rowKernels, type Plan } from './plan';
import { StageTimer } from './stageTimer';
import type { FedStep } from './stepFeed';
import { sumItems } from './sums';
import { WideKernels } from './wideKernels';

/** A step in parts, each in a pass of its own that is timed: to the same bits as on any schedule. */
export class TimedStep {
  readonly timer: StageTimer;
  readonly #plan: Plan;
  readonly #kernels: WideKernels;

  /** Needs a device with timestamps. */
  static async create(device: Device, plan: Plan, binding: Binding): Promise<TimedStep> {
    const { apart, sums } = plan;
    const kernels = [...rowKernels(plan), apart.gradients, apart.adam, sums];
    const compiled = await WideKernels.compile(device, binding, kernels);
    return new TimedStep(plan, compiled, new StageTimer(device, plan.parts));
  }

  private constructor(plan: Plan, kernels: WideKernels, timer: StageTimer) {
    this.#plan = plan;
    this.#kernels = kernels;
    this.timer = timer;
  }

  /**
   * Records the step and the sums of its readings.
   * @param spans byte offsets of the spans of each part's tiles of weights
   */
  run(encoder: GPUCommandEncoder, step: FedStep, spans: readonly number[]): void {
    const { parts, apart, tiles, sums } = this.#plan;
    parts.forEach(({ kernels, tiles: weights }, i) => {
      const pass = this.timer.begin(encoder, i);
      for (const kernel of kernels) this.#kernels.runRows(pass, kernel, step);
      const items = weights ? weights.to - weights.from : 0;
      if (items > 0) this.#kernels.run(pass, apart.gradients, items, spans[i]);
      pass.end();
    });
    const adam = this.timer.begin(encoder, parts.length);
    this.#kernels.run(adam, apart.adam, tiles.count, step.span);
    adam.end();
    this.timer.resolve(encoder);
    const last = encoder.beginComputePass();
    this.#kernels.run(last, sums, sumItems(1), step.span);
    last.end();
  }

  free(): void {
    this.timer.free();
  }
}
