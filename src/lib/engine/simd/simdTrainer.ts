import { adamStep, type AdamConfig } from '../adam';
import type { Batch } from '../batch';
import type { Frame, GroupNorms, ModelState, StepMetrics, TrainResult, TrainStep } from '../engine';
import { ShapeError } from '../errors';
import { parameterGroups, type Program } from '../program';
import { StageClock } from '../stageClock';
import type { Crew } from './crew';
import { readFrame } from './frame';
import { FusedStep, type StepWatch } from './fusedStep';
import { Arena } from './memory';
import type { Kernels } from './module';
import { cutBatch, mostShards } from './shards';
import { WeightLayout } from './weightLayout';

/** The smallest ε that is not subnormal in f32: a gradient that has always been 0 must not give 0 / 0. */
const SMALLEST_EPSILON = 2 ** -126;

/** What a trainer may be given. */
export interface Help {
  /** Milliseconds, for the times per stage; without it they are not told. */
  readonly now?: () => number;
  /** Others that take their share of every batch; it belongs to the trainer from then on. */
  readonly crew?: Crew;
}

/** Where Adam's moments lie, the gradients of all shards together (if there is but one, its own), and the sums of squares. */
type Addresses = Readonly<Record<'m' | 'v' | 'total' | 'squares', number>>;

/**
 * Trains a program with the fused kernels: forward, backward and Adam in a memory allocated once, every sum in a fixed
 * order. The same steps give the same bits, watched or not, one at a time or together, alone or with a crew.
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
  #crew: Crew | undefined;
  #step = 0;

  constructor(kernels: Kernels, program: Program, adam: AdamConfig, { now, crew }: Help = {}) {
    this.#kernels = kernels;
    this.#program = program;
    this.#adam = adam;
    this.#layout = new WeightLayout(program);
    this.#arena = new Arena(kernels);
    const take = () => this.#arena.take(this.#layout.size);
    const squares = this.#arena.take(4 * parameterGroups.length);
    const [m, v] = [take(), take()];
    const total = mostShards(program) > 1 ? take() : null;
    this.#fused = new FusedStep(kernels, program, this.#layout, this.#arena);
    this.#at = { m, v, total: total ?? this.#fused.addresses.gradients, squares };
    this.#squares = this.#arena.doubles(squares, 2 * parameterGroups.length);
    this.#clock = new StageClock(program, now);
    this.#crew = crew;
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
  async train(steps: readonly TrainStep[], watch: boolean): Promise<TrainResult> {
    for (const { batch } of steps) this.#needFit(batch.T);
    const metrics: StepMetrics[] = [];
    const alone = steps.slice(0, watch ? -1 : undefined);
    for (const step of alone) {
      const told = this.#trainStep(step);
      metrics.push(told instanceof Promise ? await told : told);
    }
    const watched = watch ? steps.at(-1) : undefined;
    return watched ? this.#watch(watched, metrics) : { metrics };
  }

  dispose(): void {
    this.#crew?.dispose();
  }

  /** Part by part; of a step that is shared, the times are those of this trainer's share. */
  async #watch(step: TrainStep, before: readonly StepMetrics[]): Promise<TrainResult> {
    let frame: Frame | undefined;
    this.#clock.restart();
    this.#clock.start();
    const metrics = await this.#trainStep(step, {
      afterPart: ({ pass, stage }) => this.#clock.lap(pass, stage),
      afterChunk: () => {
        frame ??= readFrame(this.#program, this.#fused.tensors, this.#arena, step);
        this.#clock.skip();
      }
    });
    this.#clock.lap('adam');
    return { metrics: [...before, metrics], frame, times: this.#clock.times() };
  }

  #trainStep(step: TrainStep, watch?: StepWatch): StepMetrics | Promise<StepMetrics> {
    if (this.#crew) return this.#trainTogether(step, this.#crew, watch);
    return this.#finish(step, this.#gradients(step.batch, watch));
  }

  /** If a member fails, the step is trained alone, and so are all that follow. */
  async #trainTogether(step: TrainStep, crew: Crew, watch?: StepWatch): Promise<StepMetrics> {
    try {
      return this.#finish(step, await this.#gradientsOfAll(step.batch, crew, watch));
    } catch {
      crew.dispose();
      this.#crew = undefined;
      return this.#trainStep(step, watch);
    }
  }

  #finish({ step, batch, learning_rate }: TrainStep, losses: number): StepMetrics {
    this.#clock.skip();
    this.#update(learning_rate, step);
    this.#step = step;
    const [gradientNorms, updateNorms] = [this.#norms(0), this.#norms(1)];
    return { step, loss: losses / batch.T, gradientNorms, updateNorms };
  }

  /** @param which 0: of the gradients, 1: of the updates */
  #norms(which: 0 | 1): GroupNorms {
    const norms = { embeddings: 0, attention: 0, mlp: 0, lm_head: 0 };
    parameterGroups.forEach((group, g) => {
      norms[group] = Math.sqrt(this.#squares[2 * g + which]);
    });
    return norms;
  }

  /** Sums the gradients of all shards in `total`, one after another; returns the sum of the losses. */
  #gradients(batch: Batch, watch?: StepWatch): number {
    let losses = 0;
    const { gradients } = this.#fused.addresses;
    cutBatch(this.#program, batch).forEach((shard, s) => {
      losses += this.#fused.run(batch, shard, s === 0, watch);
      if (s > 0) this.#add();
      else if (this.#at.total !== gradients) this.#placed('total').set(this.#fused.gradients);
    });
    return losses;
  }

  /** As `#gradients`, with the shards dealt out in turn: this trainer has the first of them, and so the frame. */
  async #gradientsOfAll(batch: Batch, crew: Crew, watch?: StepWatch): Promise<number> {
    const shards = cutBatch(this.#program, batch);
    const members = Math.min(crew.size + 1, shards.length);
    const hand = (member: number) => [...shards.keys()].filter((s) => s % members === member);
    const { weights, gradients } = this.#fused;
    crew.shared?.weights.set(weights);
    const asked = Array.from({ length: members - 1 }, (_, i) =>
      crew.ask(i, {
        batch,
        shards: hand(i + 1),
        ...(crew.shared ? {} : { weights: weights.slice() })
      })
    );
    const sums: { readonly loss: number; readonly gradients: Float32Array }[] = [];
    hand(0).forEach((s, i) => {
      const loss = this.#fused.run(batch, shards[s], i === 0, watch);
      sums[s] = { loss, gradients: gradients.slice() };
    });
    (await Promise.all(asked)).forEach((told, i) => {
      hand(i + 1).forEach((s, j) => {
        const at = s * gradients.length;
        const shared = () => crew.shared!.gradients.subarray(at, at + gradients.length);
        sums[s] = { loss: told.losses[j], gradients: told.gradients?.[j] ?? shared() };
      });
    });
    return this.#addUp(sums);
  }

  /** In the order of the shards, whoever summed them. */
  #addUp(sums: readonly { readonly loss: number; readonly gradients: Float32Array }[]): number {
    let losses = 0;
    sums.forEach(({ loss, gradients }, s) => {
      losses += loss;
      if (s > 0) this.#fused.gradients.set(gradients);
      if (s > 0) this.#add();
      else this.#placed('total').set(gradients);
    });
    return losses;
  }

  /** Adds the gradients of a shard to those of the ones before. */
  #add(): void {
    const { addresses } = this.#fused;
    this.#kernels.accumulate(this.#at.total, addresses.gradients, 4 * this.#layout.size);
  }

  #update(learning_rate: number, step: number): void {
    const { beta1, beta2, eps_adam } = this.#adam;
    const { correction1, correction2 } = adamStep(this.#adam, learning_rate, step);
    const rate = learning_rate / correction1;
    const root = 1 / Math.sqrt(correction2);
    const epsilon = Math.max(eps_adam, SMALLEST_EPSILON);
    const { m, v, total, squares } = this.#at;
    const { weights } = this.#fused.addresses;
    const [rest1, rest2] = [1 - beta1, 1 - beta2];
    for (let g = 0; g < parameterGroups.length; g++) {
      const [from, to] = this.#layout.groups[parameterGroups[g]];
      const [first, bytes] = [4 * from, 4 * (to - from)];
      // prettier-ignore
      this.#kernels.adam(
        weights + first, total + first, m + first, v + first, bytes,
        beta1, beta2, rest1, rest2, rate, root, epsilon, squares + 16 * g
      );
    }
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
