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
  readonly #device: Device;
  readonly #plan: Plan;
  readonly #binding: Binding;
  #kernels: WideKernels | undefined;
  #ready: Promise<void> | undefined;

  /** Needs a device with timestamps. */
  constructor(device: Device, plan: Plan, binding: Binding) {
    this.timer = new StageTimer(device, plan.parts);
    this.#device = device;
    this.#plan = plan;
    this.#binding = binding;
  }

  /** Whether it is compiled; if not, that is begun. */
  get isReady(): boolean {
    void this.ready();
    return this.#kernels !== undefined;
  }

  /** Resolves when it is compiled, or cannot be: what stops it stops whatever is done next. */
  ready(): Promise<void> {
    return (this.#ready ??= this.#compile().catch(() => {}));
  }

  async #compile(): Promise<void> {
    const { apart, sums } = this.#plan;
    const kernels = [...rowKernels(this.#plan), apart.gradients, apart.adam, sums];
    this.#kernels = await WideKernels.compile(this.#device, this.#binding, kernels);
  }

  /**
   * Records the step and the sums of its readings. It must be ready.
   * @param spans byte offsets of the spans of each part's tiles of weights
   */
  run(encoder: GPUCommandEncoder, step: FedStep, spans: readonly number[]): void {
    const { parts, apart, tiles, sums } = this.#plan;
    const all = this.#kernels!;
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
