import { adamStep, adamUpdate, type AdamConfig } from '../adam';
import type { Batch } from '../batch';
import type {
  Engine,
  Frame,
  ModelState,
  StepMetrics,
  Trace,
  TrainResult,
  TrainStep
} from '../engine';
import { sizeOf } from '../measure';
import { groupNorms, normsOf } from '../metrics';
import type { Program } from '../program';
import { StageClock } from '../stageClock';
import { CpuTensors } from './tensors';

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
    const frame = watch && last ? this.#frame(last) : undefined;
    return { metrics, frame, times: this.#clock.times() };
  }

  async trace(batch: Batch): Promise<Trace> {
    const tensors = this.#tensors;
    this.#forward(batch);
    this.#backward();
    const names = [...tensors.values.keys()];
    const copy = (from: ReadonlyMap<string, Float64Array>) =>
      new Map(names.map((name) => [name, from.get(name)!.slice(0, sizeOf(tensors.shape(name)))]));
    return {
      shapes: new Map(names.map((name) => [name, tensors.shape(name)])),
      values: copy(tensors.values),
      gradients: copy(tensors.valueGradients)
    };
  }

  dispose(): void {}

  #trainStep({ step, batch, learning_rate }: TrainStep): StepMetrics {
    this.#forward(batch);
    this.#backward();
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
    const { nodes } = this.#tensors;
    for (let i = 0; i < nodes.length; i++) {
      const { node, tensors, dims } = nodes[i];
      node.operation.forward(tensors, dims);
      if (node.stage !== nodes[i + 1]?.node.stage) this.#clock.lap('forward', node.stage);
    }
  }

  #backward(): void {
    const { nodes, gradients, valueGradients } = this.#tensors;
    gradients.fill(0);
    for (const { node } of nodes) {
      valueGradients.get(node.name)!.fill(0, 0, sizeOf(this.#tensors.shape(node.name)));
    }
    valueGradients.get('loss')![0] = 1;
    for (let i = nodes.length - 1; i >= 0; i--) {
      const { node, tensors, dims } = nodes[i];
      node.operation.backward(tensors, dims);
      if (node.stage !== nodes[i - 1]?.node.stage) this.#clock.lap('backward', node.stage);
    }
  }

  #frame({ step, batch }: TrainStep): Frame {
    const { config } = this.program;
    const T = batch.lengths[0];
    const first = (name: string, row: number) => this.#tensors.values.get(name)!.slice(0, T * row);
    return {
      step,
      T,
      tokens: batch.tokens.slice(0, T),
      targets: batch.targets.slice(0, T),
      losses: first('losses', 1),
      probs: first('probs', config.vocab_size),
      attention: Array.from({ length: config.n_layer }, (_, l) =>
        first(`layer${l}.attn_weights`, config.n_head * config.block_size)
      )
    };
  }
}
