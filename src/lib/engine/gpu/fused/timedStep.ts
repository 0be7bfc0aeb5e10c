import { rowKernels, type Plan } from './plan';
import { StageTimer } from './stageTimer';
import type { FedStep } from './stepFeed';
import { sumItems } from './sums';
import type { WideKernels } from './wideKernels';

/** A step in parts, each in a pass of its own that is timed: to the same bits as on any schedule. */
export class TimedStep {
  readonly timer: StageTimer;
  readonly #plan: Plan;
  readonly #kernels: WideKernels;
  #ready: Promise<void> | undefined;
  #isReady = false;

  /** Needs a device with timestamps. */
  constructor(plan: Plan, kernels: WideKernels) {
    this.timer = new StageTimer(kernels.binding.device, plan.parts);
    this.#plan = plan;
    this.#kernels = kernels;
  }

  /** Whether it is compiled; if not, that is begun. */
  get isReady(): boolean {
    void this.ready();
    return this.#isReady;
  }

  /** Resolves when it is compiled, or cannot be: what stops it stops whatever is done next. */
  ready(): Promise<void> {
    return (this.#ready ??= this.#compile().catch(() => {}));
  }

  async #compile(): Promise<void> {
    const { apart, sums } = this.#plan;
    await this.#kernels.compile([...rowKernels(this.#plan), apart.gradients, apart.adam, sums]);
    this.#isReady = true;
  }

  /**
   * Records the step and the sums of its readings. It must be ready.
   * @param spans byte offsets of the spans of each part's tiles of weights
   */
  run(encoder: GPUCommandEncoder, step: FedStep, spans: readonly number[]): void {
    const { parts, apart, tiles, sums } = this.#plan;
    const all = this.#kernels;
    parts.forEach(({ kernels, tiles: weights }, i) => {
      const pass = this.timer.begin(encoder, i);
      for (const kernel of kernels) all.runRows(pass, kernel, step);
      if (weights) all.run(pass, apart.gradients, weights.to - weights.from, spans[i]);
      pass.end();
    });
    const adam = this.timer.begin(encoder, parts.length);
    all.run(adam, apart.adam, tiles.count, step.span);
    adam.end();
    this.timer.resolve(encoder);
    const last = encoder.beginComputePass();
    all.run(last, sums, sumItems(1), step.span);
    last.end();
  }
}
