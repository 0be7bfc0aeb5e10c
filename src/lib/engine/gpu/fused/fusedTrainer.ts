import type { AdamConfig } from '../../adam';
import type { ModelState, StepMetrics, TrainResult, TrainStep } from '../../engine';
import type { Program } from '../../program';
import type { BufferRange, Device } from '../device';
import { FusedBuffers, STEPS_PER_READ } from './fusedBuffers';
import { FusedState } from './fusedState';
import { bind } from './pipelines';
import { planStep, type Plan } from './plan';
import { frameRanges, metricsRange, readFrame, readMetrics } from './readings';
import { createSchedule, type Schedule, type ScheduleName } from './schedule';
import { StepFeed, type FedStep, type FedSubmit } from './stepFeed';
import { TimedStep } from './timedStep';

/** Most steps of one submit, and most floating-point operations: about half a second where the device is slow. */
const SUBMIT = { steps: 64, software: 1e9, hardware: 1e10 };

/**
 * Trains a program on the GPU with few fused kernels: forward, backward and Adam of many steps per submit, without a
 * readback between them. The order of every sum is fixed and items share nothing: the same steps give the same bits,
 * watched or not, one at a time or together.
 */
export class FusedTrainer {
  readonly #device: Device;
  readonly #plan: Plan;
  readonly #buffers: FusedBuffers;
  readonly #state: FusedState;
  readonly #feed: StepFeed;
  readonly #schedule: Schedule;
  readonly #timed: TimedStep | undefined;
  readonly #stepsPerSubmit: number;
  #step = 0;

  /**
   * Compiles and allocates; weights and moments are 0 until `load`. Throws DeviceError.
   */
  static create(
    device: Device,
    program: Program,
    adam: AdamConfig,
    { schedule = 'wide' }: { schedule?: ScheduleName } = {}
  ): Promise<FusedTrainer> {
    return device.checked('the fused program', async () => {
      const plan = planStep(program, adam);
      const slots = stepsPerSubmit(program, device.software);
      const buffers = new FusedBuffers(device, plan, slots);
      const binding = bind(device, buffers);
      const [compiled, timed] = await Promise.all([
        createSchedule(schedule, device, plan, binding),
        device.timestamps ? TimedStep.create(device, plan, binding) : undefined
      ]);
      return new FusedTrainer(device, plan, adam, buffers, compiled, timed, slots);
    });
  }

  private constructor(
    device: Device,
    plan: Plan,
    adam: AdamConfig,
    buffers: FusedBuffers,
    schedule: Schedule,
    timed: TimedStep | undefined,
    slots: number
  ) {
    this.#device = device;
    this.#plan = plan;
    this.#stepsPerSubmit = slots;
    this.#buffers = buffers;
    this.#state = new FusedState(device, buffers, plan.layout.weights);
    this.#feed = new StepFeed(device, buffers, plan, adam);
    this.#schedule = schedule;
    this.#timed = timed;
  }

  /** Dispatches of a submit of so many steps. */
  dispatches(steps: number): number {
    return this.#schedule.dispatches(steps);
  }

  /** Replaces weights, moments and step; rounds to f32. */
  async load(state: ModelState): Promise<void> {
    await this.#device.checked('a state', () => this.#state.write(state));
    this.#step = state.step;
  }

  /** A copy of weights, moments and step. */
  async save(): Promise<ModelState> {
    return { step: this.#step, ...(await this.#state.read()) };
  }

  /** Gradients of the last step trained, laid out by `program.parameters`. */
  lastGradients(): Promise<Float64Array> {
    return this.#state.readGradients();
  }

  /** A buffer of the weights as they are now, f32, laid out by `program.parameters`; valid until the next call. */
  copyWeights(): Promise<GPUBuffer> {
    return this.#device.checked('a copy of the weights', () => this.#state.copyWeights());
  }

  /**
   * Trains one step for each of `steps`, in order; `watch` asks for the frame and the stage times of the last.
   * Throws DeviceError, or ShapeError for a batch that is larger than the program's.
   */
  async train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult> {
    for (const { batch } of steps) this.#feed.needFit(batch);
    const metrics: StepMetrics[] = [];
    let result: TrainResult = { metrics };
    for (let first = 0; first < steps.length; first += STEPS_PER_READ) {
      const end = first + STEPS_PER_READ;
      result = await this.#train(steps.slice(first, end), watch && end >= steps.length);
      metrics.push(...result.metrics);
    }
    return { ...result, metrics };
  }

  dispose(): void {
    this.#timed?.free();
    this.#state.free();
    this.#buffers.free();
  }

  async #train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult> {
    const last = steps[steps.length - 1];
    const fed = this.#submitAll(steps, watch);
    this.#step = last.step;
    const timer = watch ? this.#timed?.timer : undefined;
    const { layout } = this.#plan;
    const [sums, ...rest] = await this.#read([
      metricsRange(this.#buffers, steps.length),
      ...(timer ? [{ buffer: timer.ticks }] : []),
      ...(watch ? frameRanges(this.#buffers, layout, last, fed) : [])
    ]);
    const metrics = readMetrics(steps, new Float32Array(sums));
    const times = timer?.times(new BigUint64Array(rest.shift()!));
    const tensors = rest.map((bytes) => new Float32Array(bytes));
    return { metrics, frame: watch ? readFrame(layout, last, tensors) : undefined, times };
  }

  /** Returns the last step, as fed. */
  #submitAll(steps: readonly TrainStep[], watch: boolean): FedStep {
    let last!: FedStep;
    for (let first = 0; first < steps.length; first += this.#stepsPerSubmit) {
      const end = Math.min(first + this.#stepsPerSubmit, steps.length);
      const submit = this.#feed.write(steps.slice(first, end), first);
      this.#submit(submit, watch && end === steps.length);
      last = submit.steps[submit.steps.length - 1];
    }
    return last;
  }

  #submit({ steps, span, spanButLast, parts }: FedSubmit, watch: boolean): void {
    const encoder = this.#device.device.createCommandEncoder();
    const timed = watch ? this.#timed : undefined;
    const together = timed ? steps.slice(0, -1) : steps;
    if (together.length > 0) {
      const pass = encoder.beginComputePass();
      this.#schedule.run(pass, together, timed ? spanButLast : span);
      pass.end();
    }
    timed?.run(encoder, steps[steps.length - 1], parts);
    this.#device.device.queue.submit([encoder.finish()]);
  }

  /** Reads ranges with one wait. */
  async #read(ranges: readonly BufferRange[]): Promise<ArrayBuffer[]> {
    const bytes = await this.#device.readAll(ranges);
    let end = 0;
    return ranges.map(({ buffer, size = buffer.size }) => bytes.slice(end, (end += size)));
  }
}

function stepsPerSubmit({ num_params, capacity }: Program, software: boolean): number {
  // Each weight is multiplied and added once forward and twice backward for every position.
  const operations = 6 * num_params * capacity;
  const limit = software ? SUBMIT.software : SUBMIT.hardware;
  return Math.min(SUBMIT.steps, Math.max(1, Math.floor(limit / operations)));
}
