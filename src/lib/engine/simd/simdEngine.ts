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
import { compileSimd, instantiate, nameOf, type SimdModule } from './module';
import { SimdTrainer, type Help } from './simdTrainer';
import { TracedProgram } from './traced';

export interface SimdOptions extends Help {
  /** The kernels; compiled anew unless told. */
  readonly module?: SimdModule;
}

/** WASM SIMD, f32: trains with fused kernels, traces with one kernel per operation. */
export class SimdEngine implements Engine {
  readonly name = 'simd';
  readonly program: Program;
  readonly adam: AdamConfig;
  readonly #module: SimdModule;
  readonly #trainer: SimdTrainer;
  #traced: TracedProgram | undefined;

  /** Throws DeviceError where there is no WASM SIMD. */
  static async open(
    program: Program,
    adam: AdamConfig,
    { module, ...help }: SimdOptions = {}
  ): Promise<SimdEngine> {
    const compiled = module ?? (await compileSimd());
    const trainer = new SimdTrainer(await instantiate(compiled), program, adam, help);
    return new SimdEngine(compiled, program, adam, trainer);
  }

  private constructor(
    module: SimdModule,
    program: Program,
    adam: AdamConfig,
    trainer: SimdTrainer
  ) {
    this.program = program;
    this.adam = adam;
    this.#module = module;
    this.#trainer = trainer;
  }

  get device(): string {
    return nameOf(this.#module);
  }

  async load(state: ModelState): Promise<void> {
    this.#trainer.load(state);
  }

  async save(): Promise<ModelState> {
    return this.#trainer.save();
  }

  async train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult> {
    return this.#trainer.train(steps, watch);
  }

  async lastGradients(): Promise<Float64Array> {
    return this.#trainer.lastGradients();
  }

  async trace(batch: Batch, options?: TraceOptions): Promise<Trace> {
    this.#traced ??= new TracedProgram(await instantiate(this.#module), this.program);
    return this.#traced.run(this.#trainer.weights, batch, options);
  }

  async timeNodes(batch: Batch, now: () => number): Promise<NodeTime[]> {
    await this.trace(batch);
    return this.#traced!.time(batch, now);
  }

  dispose(): void {
    this.#trainer.dispose();
  }
}
