import type { AdamConfig } from '../../adam';
import type { ModelState, StepMetrics, TrainResult, TrainStep } from '../../engine';
import type { Program } from '../../program';
import type { BufferRange, Device } from '../device';
import { FusedBuffers, STEPS_PER_READ } from './fusedBuffers';
import { compilePipelines, type Pipelines } from './pipelines';
import { planStep, type Plan } from './plan';
import { frameRanges, metricsRange, readFrame, readMetrics } from './readings';
import { StageTimer } from './stageTimer';
import { StepEncoder } from './stepEncoder';
import { StepFeed, type FedStep } from './stepFeed';

/** Most steps of one submit, and most floating-point operations: about half a second where the device is slow. */
const SUBMIT = { steps: 64, software: 1e9, hardware: 1e10 };

/**
 * Trains a program on the GPU with few fused kernels: forward, backward and Adam of many steps per submit, without a
 * readback between them. The order of every sum is fixed and threads share nothing: the same steps give the same bits,
 * watched or not, one at a time or together.
 */
export class FusedTrainer {
  readonly #device: Device;
  readonly #plan: Plan;
  readonly #buffers: FusedBuffers;
  readonly #feed: StepFeed;
  readonly #encoder: StepEncoder;
  readonly #timer: StageTimer | undefined;
  readonly #stepsPerSubmit: number;
  #step = 0;

  /** Compiles and allocates; weights and moments are 0 until `load`. Throws DeviceError. */
  static create(device: Device, program: Program, adam: AdamConfig): Promise<FusedTrainer> {
    return device.checked('the fused program', async () => {
      const plan = planStep(program, adam);
      const pipelines = await compilePipelines(device, plan);
      return new FusedTrainer(device, plan, adam, pipelines);
    });
  }

  private constructor(device: Device, plan: Plan, adam: AdamConfig, pipelines: Pipelines) {
    this.#device = device;
    this.#plan = plan;
    this.#stepsPerSubmit = stepsPerSubmit(plan.layout.program, device.software);
    this.#buffers = new FusedBuffers(device, plan, this.#stepsPerSubmit);
    this.#feed = new StepFeed(device, this.#buffers, plan, adam);
    this.#encoder = new StepEncoder(plan, pipelines, this.#buffers);
    if (device.timestamps) this.#timer = new StageTimer(device, plan.parts);
  }

  /** The weights, f32, laid out by `program.parameters`. */
  get weights(): GPUBuffer {
    return this.#buffers.get('flat');
  }

  /** Kernels run for one step. */
  get dispatches(): number {
    const { parts } = this.#plan;
    // One more for the weights' gradients.
    return 1 + parts.reduce((sum, { dispatches }) => sum + dispatches.length, 0);
  }

  /** Replaces weights, moments and step; rounds to f32. */
  async load(state: ModelState): Promise<void> {
    await this.#device.checked('a state', () => this.#writeState(state));
    this.#step = state.step;
  }

  /** A copy of weights, moments and step. */
  async save(): Promise<ModelState> {
    const { weights: layout } = this.#plan.layout;
    const ranges = ['weights', 'moments'] as const;
    const bytes = await this.#device.readAll(
      ranges.map((name) => ({ buffer: this.#buffers.get(name) }))
    );
    const padded = (part: number) =>
      layout.unpad(new Float32Array(bytes, 16 * part * layout.size, 4 * layout.size));
    return { step: this.#step, weights: padded(0), m: padded(1), v: padded(2) };
  }

  /** Gradients of the last step trained, laid out by `program.parameters`. */
  async lastGradients(): Promise<Float64Array> {
    const bytes = await this.#device.read(this.#buffers.get('gradients'));
    return this.#plan.layout.weights.unpad(new Float32Array(bytes));
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
    this.#timer?.free();
    this.#buffers.free();
  }

  async #train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult> {
    const last = steps[steps.length - 1];
    const fed = this.#submitAll(steps, watch);
    this.#step = last.step;
    const timer = watch ? this.#timer : undefined;
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
    let fed: FedStep[] = [];
    for (let first = 0; first < steps.length; first += this.#stepsPerSubmit) {
      const end = Math.min(first + this.#stepsPerSubmit, steps.length);
      fed = this.#feed.write(steps.slice(first, end), first);
      this.#submit(fed, watch && end === steps.length);
    }
    return fed[fed.length - 1];
  }

  #submit(steps: readonly FedStep[], watch: boolean): void {
    const encoder = this.#device.device.createCommandEncoder();
    const timer = watch ? this.#timer : undefined;
    const whole = timer ? steps.slice(0, -1) : steps;
    const first = encoder.beginComputePass();
    for (const step of whole) this.#encoder.step(first, step);
    first.end();
    if (timer) this.#timeStep(encoder, timer, steps[steps.length - 1]);
    const last = encoder.beginComputePass();
    this.#encoder.sums(last, steps.length);
    last.end();
    this.#device.device.queue.submit([encoder.finish()]);
  }

  /** A step with one pass for each part. */
  #timeStep(encoder: GPUCommandEncoder, timer: StageTimer, step: FedStep): void {
    this.#plan.parts.forEach((part, i) => {
      const tiles = part.tiles && this.#feed.writePart(step, i, part.tiles);
      const pass = timer.begin(encoder, i);
      this.#encoder.part(pass, part, step, tiles);
      pass.end();
    });
    timer.resolve(encoder);
  }

  /** Reads ranges with one wait. */
  async #read(ranges: readonly BufferRange[]): Promise<ArrayBuffer[]> {
    const bytes = await this.#device.readAll(ranges);
    let end = 0;
    return ranges.map(({ buffer, size = buffer.size }) => bytes.slice(end, (end += size)));
  }

  #writeState({ weights, m, v }: ModelState): void {
    const { queue } = this.#device.device;
    const { weights: layout } = this.#plan.layout;
    const write = (name: 'weights' | 'moments', offset: number, values: Float64Array) =>
      queue.writeBuffer(this.#buffers.get(name), offset, layout.pad(values));
    write('weights', 0, weights);
    write('moments', 0, m);
    write('moments', 16 * layout.size, v);
    queue.writeBuffer(this.weights, 0, Float32Array.from(weights));
  }
}

function stepsPerSubmit({ num_params, capacity }: Program, software: boolean): number {
  // Each weight is multiplied and added once forward and twice backward for every position.
  const operations = 6 * num_params * capacity;
  const limit = software ? SUBMIT.software : SUBMIT.hardware;
  return Math.min(SUBMIT.steps, Math.max(1, Math.floor(limit / operations)));
}
