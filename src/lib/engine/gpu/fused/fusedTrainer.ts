import type { AdamConfig } from '../../adam';
import { makeBatch } from '../../batch';
import type { ModelState, StepMetrics, TrainResult, TrainStep } from '../../engine';
import type { Program } from '../../program';
import type { BufferRange, Device } from '../device';
import { chooseSchedule, firstSchedule } from './chooseSchedule';
import { FusedBuffers, slotBytes, STEPS_PER_READ } from './fusedBuffers';
import { FusedState } from './fusedState';
import { bind } from './pipelines';
import { planStep, type Plan } from './plan';
import { chooseQuads } from './quads';
import { frameRanges, metricsRange, readFrame, readMetrics } from './readings';
import { createSchedule, type Schedule, type ScheduleName } from './schedule';
import { StepFeed, type FedStep, type FedSubmit } from './stepFeed';
import { SubmitLength } from './submitLength';
import { TimedStep } from './timedStep';
import { WideKernels } from './wideKernels';

/** Bytes for what the steps of one submit read and tell, and most of them. */
const SLOTS = { bytes: 8 * 2 ** 20, most: 256 };

/** Steps after which another schedule is compiled: it costs as much as it saves in some thousands. */
const ENOUGH = 200;

/** How to train, where it is not as the device likes it best. */
export interface TrainerOptions {
  readonly schedule?: ScheduleName;
  /** Whether items of products share what they read; only where the device has subgroups. */
  readonly quads?: boolean;
  /** Milliseconds, for the length of submits; without it they are short. */
  readonly now?: () => number;
}

/**
 * Trains a program on the GPU with few fused kernels: forward, backward and Adam of many steps per submit, without a
 * readback between them. The order of every sum is fixed and items share nothing: the same steps give the same bits,
 * watched or not, one at a time or together.
 */
export class FusedTrainer {
  readonly #device: Device;
  readonly #kernels: WideKernels;
  readonly #plan: Plan;
  readonly #buffers: FusedBuffers;
  readonly #state: FusedState;
  readonly #feed: StepFeed;
  #schedule: Schedule;
  /** Compiles the schedule to go over to. */
  #chosen: (() => Promise<Schedule>) | undefined;
  #goingOver: Promise<void> | undefined;
  /** Steps trained since it was made. */
  #trained = 0;
  readonly #length: SubmitLength;
  readonly #timed: TimedStep | undefined;
  #step = 0;

  /** Compiles and allocates; weights and moments are 0 until `load`. Throws DeviceError. */
  static create(
    device: Device,
    program: Program,
    adam: AdamConfig,
    options: TrainerOptions = {}
  ): Promise<FusedTrainer> {
    return device.checked('the fused program', async () => {
      const plan = planStep(program, adam, options.quads ?? chooseQuads(device));
      const slots = Math.min(SLOTS.most, Math.ceil(SLOTS.bytes / slotBytes(plan)));
      const buffers = new FusedBuffers(device, plan, slots);
      const kernels = new WideKernels(bind(device, buffers));
      const timed = device.timestamps ? new TimedStep(plan, kernels) : undefined;
      const chosen = options.schedule ?? chooseSchedule(program, device.software);
      const first = options.schedule ?? firstSchedule(chosen, device.software);
      const [schedule] = await Promise.all([
        createSchedule(first, plan, kernels),
        kernels.compile(plan.watched)
      ]);
      const length = new SubmitLength(slots, options.now);
      const trainer = new FusedTrainer(kernels, plan, adam, buffers, schedule, length, timed);
      await trainer.#warm();
      if (chosen !== first) trainer.#chosen = () => createSchedule(chosen, plan, kernels);
      return trainer;
    });
  }

  private constructor(
    kernels: WideKernels,
    plan: Plan,
    adam: AdamConfig,
    buffers: FusedBuffers,
    schedule: Schedule,
    length: SubmitLength,
    timed: TimedStep | undefined
  ) {
    const { device } = kernels.binding;
    this.#device = device;
    this.#kernels = kernels;
    this.#plan = plan;
    this.#buffers = buffers;
    this.#state = new FusedState(device, buffers, plan.layout.weights);
    this.#feed = new StepFeed(device, buffers, plan, adam);
    this.#schedule = schedule;
    this.#length = length;
    this.#timed = timed;
  }

  /** Dispatches of a submit of so many steps. */
  dispatches(steps: number): number {
    return this.#schedule.dispatches(steps);
  }

  /**
   * Resolves when the chosen schedule is compiled, and what stages are timed with. Training does not wait for that: till
   * then it goes on as it began, and steps are watched without times.
   */
  async settled(): Promise<void> {
    await Promise.all([this.#goOver(), this.#timed?.ready()]);
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
    this.#trained += steps.length;
    if (this.#trained > ENOUGH) void this.#goOver();
    return { ...result, metrics };
  }

  dispose(): void {
    this.#timed?.timer.free();
    this.#state.free();
    this.#buffers.free();
  }

  async #train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult> {
    const last = steps[steps.length - 1];
    const timed = watch && this.#timed?.isReady ? this.#timed : undefined;
    const fed = await this.#submitAll(steps, timed);
    if (watch) this.#writeFrame(fed);
    this.#step = last.step;
    const { layout } = this.#plan;
    const [sums, ...rest] = await this.#read([
      metricsRange(this.#buffers, steps.length),
      ...(timed ? [{ buffer: timed.timer.ticks }] : []),
      ...(watch ? frameRanges(this.#buffers, layout, last, fed) : [])
    ]);
    const metrics = readMetrics(steps, new Float32Array(sums));
    const times = timed?.timer.times(new BigUint64Array(rest.shift()!));
    const tensors = rest.map((bytes) => new Float32Array(bytes));
    return { metrics, frame: watch ? readFrame(layout, last, tensors) : undefined, times };
  }

  /** Uploads and submits while the submit before is computed, the last step timed if asked. Returns it, as fed. */
  async #submitAll(steps: readonly TrainStep[], timed: TimedStep | undefined): Promise<FedStep> {
    let before: Promise<void> | undefined;
    let last!: FedStep;
    for (let first = 0; first < steps.length;) {
      const together = steps.slice(first, first + this.#length.steps);
      const submit = this.#feed.write(together, first);
      first += together.length;
      this.#submit(submit, first === steps.length ? timed : undefined);
      last = submit.steps[submit.steps.length - 1];
      await before;
      const done = this.#device.race(this.#device.device.queue.onSubmittedWorkDone());
      before = this.#length.time(together.length, done);
      before.catch(() => {}); // The read-back that follows the last rejects too.
    }
    return last;
  }

  #submit({ steps, span, spanButLast, parts }: FedSubmit, timed: TimedStep | undefined): void {
    const encoder = this.#device.device.createCommandEncoder();
    const together = timed ? steps.slice(0, -1) : steps;
    if (together.length > 0) {
      const pass = encoder.beginComputePass();
      this.#schedule.run(pass, together, timed ? spanButLast : span);
      pass.end();
    }
    timed?.run(encoder, steps[steps.length - 1], parts);
    this.#device.device.queue.submit([encoder.finish()]);
  }

  /** Runs on the chosen schedule once it is compiled; if it cannot be, what stops that stops whatever is done next. */
  async #goOver(): Promise<void> {
    this.#goingOver ??= this.#chosen?.().then(
      (schedule) => void (this.#schedule = schedule),
      () => {}
    );
    await this.#goingOver;
  }

  /** Submits what only a frame of the last step needs. */
  #writeFrame(last: FedStep): void {
    const encoder = this.#device.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const kernel of this.#plan.watched) this.#kernels.runRows(pass, kernel, last);
    pass.end();
    this.#device.device.queue.submit([encoder.finish()]);
  }

  /** Trains a step once before it counts: drivers put off to the first run what they can. */
  async #warm(): Promise<void> {
    const { config } = this.#plan.layout.program;
    const batch = makeBatch([Int32Array.of(0, 0)], config.block_size);
    await this.train([{ step: 1, batch, learning_rate: 0 }], false);
    this.#state.clear();
    this.#step = 0;
  }

  /** Reads ranges with one wait. */
  async #read(ranges: readonly BufferRange[]): Promise<ArrayBuffer[]> {
    const bytes = await this.#device.readAll(ranges);
    let end = 0;
    return ranges.map(({ buffer, size = buffer.size }) => bytes.slice(end, (end += size)));
  }
}
