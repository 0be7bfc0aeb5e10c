import { adamStep, adamUpdate, type AdamConfig } from '../adam';
import type { Batch } from '../batch';
import type {
  Engine,
  ModelState,
  NodeTime,
  StepMetrics,
  Trace,
  TraceOptions,
  TrainResult,
  TrainStep
} from '../engine';
import { frameOf } from '../frame';
import { groupNorms, normsOf } from '../metrics';
import type { Program } from '../program';
import { MEAN_LOSS, placeSeed } from '../seed';
import { StageClock } from '../stageClock';
import { runBackward, runForward } from './passes';
import { CpuTensors } from './tensors';
import { TracedLoops } from './traced';

/**
 * The reference engine: the program's loops one after another in f64, every value and gradient kept.
 * @param now milliseconds, for the times per stage; without it they are not told
 */
export class CpuEngine implements Engine {
  readonly name = 'cpu';
  readonly device = 'TypeScript, f64';
  readonly program: Program;
  readonly adam: AdamConfig;
  readonly #tensors: CpuTensors;
  readonly #m: Float64Array;
  readonly #v: Float64Array;
  readonly #clock: StageClock;
  #traced: TracedLoops | undefined;
  #step = 0;

  constructor(program: Program, adam: AdamConfig, now?: () => number) {
    this.program = program;
    this.adam = adam;
    this.#tensors = new CpuTensors(program);
    this.#m = new Float64Array(program.num_params);
    this.#v = new Float64Array(program.num_params);
    this.#clock = new StageClock(program, now);
  }

  async load(state: ModelState): Promise<void> {
    this.#tensors.weights.set(state.weights);
    this.#m.set(state.m);
    this.#v.set(state.v);
    this.#step = state.step;
  }

  async save(): Promise<ModelState> {
    const weights = this.#tensors.weights.slice();
    return { step: this.#step, weights, m: this.#m.slice(), v: this.#v.slice() };
  }

  async train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult> {
    this.#clock.restart();
    const metrics = steps.map((step) => this.#trainStep(step));
    const last = steps[steps.length - 1];
    const frame = watch && last ? frameOf(this.program, last, this.#tensors.values) : undefined;
    return { metrics, frame, times: this.#clock.times() };
  }

  async lastGradients(): Promise<Float64Array> {
    return this.#tensors.gradients.slice();
  }

  async trace(batch: Batch, options?: TraceOptions): Promise<Trace> {
    this.#traced ??= new TracedLoops(this.program);
    return this.#traced.run(this.#tensors.weights, batch, options);
  }

  async timeNodes(batch: Batch, now: () => number): Promise<NodeTime[]> {
    await this.trace(batch);
    return this.#traced!.time(now);
  }

  dispose(): void {}

  #trainStep({ step, batch, learning_rate }: TrainStep): StepMetrics {
    this.#forward(batch);
    this.#backward(batch.T);
    const { weights: w, gradients: g } = this.#tensors;
    const update = adamStep(this.adam, learning_rate, step);
    const arrays = { w, g, m: this.#m, v: this.#v };
    const updateNorms = normsOf(this.program, (from, to) =>
      adamUpdate(this.adam, update, arrays, from, to)
    );
    this.#clock.lap('adam');
    this.#step = step;
    const loss = this.#tensors.values.get('loss')![0];
    return { step, loss, gradientNorms: groupNorms(this.program, g), updateNorms };
  }

  #forward(batch: Batch): void {
    this.#tensors.place(batch);
    this.#clock.start();
    const { nodes } = this.program;
    runForward(this.#tensors, (n) => {
      const { stage } = nodes[n];
      if (stage !== nodes[n + 1]?.stage) this.#clock.lap('forward', stage);
    });
  }

  #backward(T: number): void {
    const { nodes } = this.program;
    runBackward(this.#tensors, placeSeed(this.program, T, MEAN_LOSS), (n) => {
      const { stage } = nodes[n];
      if (stage !== nodes[n - 1]?.stage) this.#clock.lap('backward', stage);
    });
  }
}
