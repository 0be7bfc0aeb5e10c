import { adamStep, type AdamConfig } from '../adam';
import type { Frame, GroupNorms, ModelState, StepMetrics, TrainResult, TrainStep } from '../engine';
import { ShapeError } from '../errors';
import { parameterGroups, type Program } from '../program';
import { StageClock } from '../stageClock';
import { readFrame } from './frame';
import { FusedStep, type StepWatch } from './fusedStep';
import { Arena } from './memory';
import type { Kernels } from './module';
import { cutBatch } from './shards';
import { WeightLayout } from './weightLayout';

/** The smallest ε that is not subnormal in f32: a gradient that has always been 0 must not give 0 / 0. */
const SMALLEST_EPSILON = 2 ** -126;

/** Where Adam's moments lie, the gradients of all shards together, and the sums of squares. */
type Addresses = Readonly<Record<'m' | 'v' | 'total' | 'squares', number>>;

/**
 * Trains a program with the fused kernels: forward, backward and Adam in a memory allocated once, every sum in a fixed
 * order. The same steps give the same bits, watched or not, one at a time or together.
 */
export class SimdTrainer {
  readonly #kernels: Kernels;
  readonly #program: Program;
  readonly #adam: AdamConfig;
  readonly #layout: WeightLayout;
  readonly #arena: Arena;
  readonly #fused: FusedStep;
  readonly #clock: StageClock;
  readonly #at: Addresses;
  /** For each group Σ g² and Σ update². */
  readonly #squares: Float64Array;
  #step = 0;

  /** @param now milliseconds, for the times per stage; without it they are not told */
  constructor(kernels: Kernels, program: Program, adam: AdamConfig, now?: () => number) {
    this.#kernels = kernels;
    this.#program = program;
    this.#adam = adam;
    this.#layout = new WeightLayout(program);
    this.#arena = new Arena(kernels);
    const take = () => this.#arena.take(this.#layout.size);
    const squares = this.#arena.take(4 * parameterGroups.length);
    this.#at = { m: take(), v: take(), total: take(), squares };
    this.#fused = new FusedStep(kernels, program, this.#layout, this.#arena);
    this.#squares = this.#arena.doubles(squares, 2 * parameterGroups.length);
    this.#clock = new StageClock(program, now);
  }

  /** The weights, laid out by `program.parameters`. */
  get weights(): Float64Array {
    return this.#layout.collect(this.#fused.weights);
  }

  /** Replaces weights, moments and step; rounds to f32. */
  load({ step, weights, m, v }: ModelState): void {
    this.#layout.place(weights, this.#fused.weights);
    this.#layout.place(m, this.#placed('m'));
    this.#layout.place(v, this.#placed('v'));
    this.#step = step;
  }

  /** A copy of weights, moments and step. */
  save(): ModelState {
    const collect = (name: 'm' | 'v') => this.#layout.collect(this.#placed(name));
    return { step: this.#step, weights: this.weights, m: collect('m'), v: collect('v') };
  }

  /** Gradients of the last step trained, laid out by `program.parameters`; 0 before the first. */
  lastGradients(): Float64Array {
    return this.#layout.collect(this.#placed('total'));
  }

  /**
   * Trains one step for each of `steps`, in order; `watch` asks for the frame and the stage times of the last.
   * Throws ShapeError for a batch that is larger than the program's.
   */
  train(steps: readonly TrainStep[], watch: boolean): TrainResult {
    for (const { batch } of steps) this.#needFit(batch.T);
    const last = steps.length - 1;
    const metrics = steps.slice(0, -1).map((step) => this.#trainStep(step));
    if (!watch || last < 0) {
      return { metrics: [...metrics, ...steps.slice(-1).map((step) => this.#trainStep(step))] };
    }
    return this.#watch(steps[last], metrics);
  }

  #watch(step: TrainStep, before: readonly StepMetrics[]): TrainResult {
    let frame: Frame | undefined;
    this.#clock.restart();
    this.#clock.start();
    const metrics = this.#trainStep(step, {
      afterPart: ({ pass, stage }) => this.#clock.lap(pass, stage),
      afterChunk: () => {
        frame ??= readFrame(this.#program, this.#fused.tensors, this.#arena, step);
        this.#clock.skip();
      }
    });
    this.#clock.lap('adam');
    return { metrics: [...before, metrics], frame, times: this.#clock.times() };
  }

  #trainStep({ step, batch, learning_rate }: TrainStep, watch?: StepWatch): StepMetrics {
    const losses = this.#gradients(batch, watch);
    this.#update(learning_rate, step);
    this.#step = step;
    const norms = (which: 0 | 1) =>
      Object.fromEntries(
        parameterGroups.map((group, g) => [group, Math.sqrt(this.#squares[2 * g + which])])
      ) as GroupNorms;
    return { step, loss: losses / batch.T, gradientNorms: norms(0), updateNorms: norms(1) };
  }

  /** Sums the gradients of all shards in `total`, one after another; returns the sum of the losses. */
  #gradients(batch: TrainStep['batch'], watch?: StepWatch): number {
    const { total } = this.#at;
    let losses = 0;
    cutBatch(this.#program, batch).forEach((shard, s) => {
      losses += this.#fused.run(batch, shard, s === 0, watch);
      if (s === 0) this.#placed('total').set(this.#fused.gradients);
      else this.#kernels.accumulate(total, this.#fused.addresses.gradients, 4 * this.#layout.size);
    });
    return losses;
  }

  #update(learning_rate: number, step: number): void {
    const { beta1, beta2, eps_adam } = this.#adam;
    const { correction1, correction2 } = adamStep(this.#adam, learning_rate, step);
    const rate = learning_rate / correction1;
    const root = 1 / Math.sqrt(correction2);
    const epsilon = Math.max(eps_adam, SMALLEST_EPSILON);
    const { m, v, total, squares } = this.#at;
    const { weights } = this.#fused.addresses;
    parameterGroups.forEach((group, g) => {
      const [from, to] = this.#layout.groups[group];
      const arrays = [weights, total, m, v].map((at) => at + 4 * from);
      const [w_, g_, m_, v_] = arrays;
      const bytes = 4 * (to - from);
      this.#kernels.adam(
        w_,
        g_,
        m_,
        v_,
        bytes,
        beta1,
        beta2,
        rate,
        root,
        epsilon,
        squares + 16 * g
      );
    });
  }

  #placed(name: 'm' | 'v' | 'total'): Float32Array {
    return this.#arena.floats(this.#at[name], this.#layout.size);
  }

  #needFit(T: number): void {
    const { capacity } = this.#program;
    if (T >= 1 && T <= capacity) return;
    throw new ShapeError(`train: needs a batch of 1 to ${capacity} positions, got ${T}`);
  }
}
