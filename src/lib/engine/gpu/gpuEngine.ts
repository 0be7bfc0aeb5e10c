import type { AdamConfig } from '../adam';
import type { Batch } from '../batch';
import type {
  Engine,
  ModelState,
  NodeTime,
  Trace,
  TraceOptions,
  TrainResult,
  TrainStep
} from '../engine';
import type { Program } from '../program';
import { openDevice, type Device } from './device';
import { FusedTrainer } from './fused/fusedTrainer';
import { selfCheck } from './selfCheck';
import { TracedProgram } from './traced';

/**
 * WebGPU, f32: trains with few fused kernels, traces with one kernel per operation.
 * When the device is lost every call rejects with a DeviceError; the state to go on from is the last one saved.
 */
export class GpuEngine implements Engine {
  readonly name = 'gpu';
  readonly program: Program;
  readonly adam: AdamConfig;
  readonly #device: Device;
  readonly #trainer: FusedTrainer;
  #traced: Promise<TracedProgram> | undefined;

  /**
   * Opens a device of its own and checks that it computes rightly.
   * @param gpu `navigator.gpu`, or Dawn's in Node
   * @param now milliseconds, for the length of submits
   * Throws DeviceError.
   */
  static async open(
    gpu: GPU | undefined,
    program: Program,
    adam: AdamConfig,
    now?: () => number
  ): Promise<GpuEngine> {
    const device = await openDevice(gpu);
    return GpuEngine.on(device, selfCheck(device), program, adam, now);
  }

  /**
   * Opens on a device, which is closed when the engine is disposed or cannot be opened; compiles while it is checked.
   * @param checked rejects if the device does not compute rightly
   * @param now milliseconds, for the length of submits
   * Throws DeviceError.
   */
  static async on(
    device: Device,
    checked: Promise<void>,
    program: Program,
    adam: AdamConfig,
    now?: () => number
  ): Promise<GpuEngine> {
    try {
      const creating = FusedTrainer.create(device, program, adam, { now });
      const [trainer] = await Promise.all([creating, checked]);
      return new GpuEngine(device, program, adam, trainer);
    } catch (error) {
      device.close();
      throw error;
    }
  }

  private constructor(device: Device, program: Program, adam: AdamConfig, trainer: FusedTrainer) {
    this.program = program;
    this.adam = adam;
    this.#device = device;
    this.#trainer = trainer;
  }

  /** The adapter in words. */
  get device(): string {
    return this.#device.label;
  }

  /** Whether a CPU plays the GPU. */
  get software(): boolean {
    return this.#device.software;
  }

  /** Bytes held on the device. */
  get bytes(): number {
    return this.#device.bytes;
  }

  load(state: ModelState): Promise<void> {
    return this.#device.checked('the state of a run', () => this.#trainer.load(state));
  }

  save(): Promise<ModelState> {
    return this.#trainer.save();
  }

  train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult> {
    return this.#trainer.train(steps, watch);
  }

  lastGradients(): Promise<Float64Array> {
    return this.#trainer.lastGradients();
  }

  async trace(batch: Batch, options?: TraceOptions): Promise<Trace> {
    this.#traced ??= TracedProgram.create(this.#device, this.program);
    const traced = await this.#traced;
    return traced.run(await this.#trainer.copyWeights(), batch, options);
  }

  async timeNodes(batch: Batch, now: () => number): Promise<NodeTime[]> {
    await this.trace(batch);
    return (await this.#traced!).time(batch, now);
  }

  /** Frees all that it has on the device, and gives that back. */
  dispose(): void {
    this.#trainer.dispose();
    this.#device.close();
  }
}
