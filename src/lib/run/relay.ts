import type { Engine, EngineName, ModelState, TrainResult, TrainStep } from '../engine/engine';
import { DeviceError } from '../engine/errors';
import { engineLabel } from './engineLabels';
import type { EngineOffer, TrainerHost } from './host';
import type { Plan } from './plan';
import type { RunEventBody } from './protocol';
import { adamConfig } from './settings';
import type { Timeline } from './timeline';

type Changes = Extract<RunEventBody, { type: 'engine.changed' }>;

/** A stretch of work that may end on another engine than it began; the changes are told. */
type Work<T> = AsyncGenerator<Changes, T>;

/** How often the state of an engine that may be lost is copied: after so many steps, or so many milliseconds. */
const COPY_STEPS = 100;
const COPY_TIME = 1000;

/** Milliseconds that steps are trained again at a time: a command waits no longer than that, and a step. */
const CATCH_UP_TIME = 25;

/**
 * Hands a run from engine to engine: when it is asked to, and to the CPU when a device fails. Weights, moments and
 * step go along; after a failure the CPU is behind, by the steps since the last copy of them, and has to catch up, in
 * silence, before it can train on: until then what needs the present weights gives null. The timeline is told who
 * trained what.
 */
export class Relay {
  readonly #plan: Plan;
  readonly #host: TrainerHost;
  readonly #timeline: Timeline;
  #engine!: Engine;
  #copy: ModelState;
  #copiedAt = 0;
  /** Steps that the engine has done. */
  #trained: number;
  #step: number;

  constructor(plan: Plan, host: TrainerHost, timeline: Timeline) {
    this.#plan = plan;
    this.#host = host;
    this.#timeline = timeline;
    this.#copy = plan.initial;
    this.#step = plan.initial.step;
    this.#trained = this.#step;
  }

  get engine(): Engine {
    return this.#engine;
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** Whether the engine has to train steps again before it is where the run is. */
  get isBehind(): boolean {
    return this.#trained < this.#step;
  }

  /** The newest copy of weights and moments. */
  get copy(): ModelState {
    return this.#copy;
  }

  /** Opens the first engine; tells why it is not the one asked for, or null. */
  async open(): Promise<string | null> {
    const notice = await this.#openFirst();
    this.#timeline.begin(this.#plan, this.#engine.name);
    return notice;
  }

  async *train(steps: readonly TrainStep[], watch: boolean): Work<TrainResult | null> {
    if (this.#isCopyDue()) yield* this.state();
    const result = yield* this.#attempt((engine) => engine.train(steps, watch));
    if (result) this.#trained = this.#step += steps.length;
    return result;
  }

  /** Trains again, for a short while, steps that are behind. */
  async catchUp(): Promise<void> {
    const until = this.#host.now() + CATCH_UP_TIME;
    do {
      await this.#engine.train(this.#plan.steps(this.#trained, 1), false);
      this.#trained += 1;
    } while (this.isBehind && this.#host.now() < until);
  }

  /** Weights, moments and step, as they are now. */
  async *state(): Work<ModelState | null> {
    if (this.#copy.step === this.#step) return this.#copy;
    const state = yield* this.#attempt((engine) => engine.save());
    if (state) this.#keep(state);
    return state;
  }

  /** Lets another engine go on; if it cannot be had, the present one does. False if it must be asked for again. */
  async *switchTo(name: EngineName): Work<boolean> {
    if (name === this.#engine.name) return true;
    const state = yield* this.state();
    if (!state) return false;
    if (name !== this.#engine.name) yield* this.#handOver(name, state);
    return true;
  }

  async *#handOver(name: EngineName, state: ModelState): Work<void> {
    try {
      const next = await this.#openAt(name, state);
      this.#engine.dispose();
      this.#engine = next;
      this.#timeline.handOver(state, name);
      yield this.#changed(null);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      const reason = describeRefusal(name, error);
      yield this.#changed(`${reason}, so the ${engineLabel(this.#engine.name)} goes on.`);
    }
  }

  /** Back to the initial weights. */
  async *reset(): Work<void> {
    this.#trained = this.#step = this.#plan.initial.step;
    this.#keep(this.#plan.initial);
    this.#timeline.begin(this.#plan, this.#engine.name);
    yield* this.#attempt((engine) => engine.load(this.#plan.initial));
  }

  dispose(): void {
    this.#engine?.dispose();
  }

  async #openFirst(): Promise<string | null> {
    const { engine, notice } = await this.#offer();
    try {
      this.#engine = await this.#openAt(engine, this.#copy);
      return notice;
    } catch (error) {
      if (!canFallBack(error, engine)) throw error;
      this.#engine = await this.#openInstead(engine);
      const instead = engineLabel(this.#engine.name);
      return `${describeRefusal(engine, error)}, so the ${instead} computes.`;
    }
  }

  /** Of `auto` what the place offers, unless the CPU was measured to be faster; a GPU that a CPU plays is no offer. */
  async #offer(): Promise<EngineOffer> {
    const { settings, measured } = this.#plan;
    const engine = measured === 'simd' && settings.engine === 'auto' ? measured : settings.engine;
    return engine === 'auto' ? this.#host.autoEngine() : { engine, notice: null };
  }

  async #openAt(name: EngineName, state: ModelState): Promise<Engine> {
    const { program, settings } = this.#plan;
    const engine = await this.#host.open(name, program, adamConfig(settings));
    try {
      await engine.load(state);
      this.#trained = state.step;
      this.#keep(state);
      return engine;
    } catch (error) {
      engine.dispose();
      throw error;
    }
  }

  /** Does something on the engine, and if the device fails on the CPU, unless that is behind. */
  async *#attempt<T>(act: (engine: Engine) => Promise<T>): Work<T | null> {
    if (this.isBehind) return null;
    const { name } = this.#engine;
    try {
      return await act(this.#engine);
    } catch (error) {
      if (!canFallBack(error, name)) throw error;
      await this.#fallBack();
      const reason = `The ${engineLabel(name)} failed (${error.message})`;
      const instead = engineLabel(this.#engine.name);
      yield this.#changed(`${reason}, so the ${instead} goes on from step ${this.#step}.`);
      return this.isBehind ? null : act(this.#engine);
    }
  }

  async #fallBack(): Promise<void> {
    this.#engine.dispose();
    this.#engine = await this.#openInstead(this.#engine.name);
    this.#timeline.handOver(this.#copy, this.#engine.name);
  }

  /** The fastest engine that can be had in place of one that cannot, at the last copy. */
  async #openInstead(failed: EngineName): Promise<Engine> {
    if (failed === 'simd') return this.#openAt('cpu', this.#copy);
    try {
      return await this.#openAt('simd', this.#copy);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      return this.#openAt('cpu', this.#copy);
    }
  }

  #isCopyDue(): boolean {
    if (this.#engine.name !== 'gpu') return false;
    const isOld = this.#host.now() - this.#copiedAt >= COPY_TIME;
    return isOld || this.#step - this.#copy.step >= COPY_STEPS;
  }

  #keep(state: ModelState): void {
    this.#copy = state;
    this.#copiedAt = this.#host.now();
  }

  #changed(notice: string | null): Changes {
    const { name, device } = this.#engine;
    return { type: 'engine.changed', step: this.#step, engine: name, device, notice };
  }
}

function describeRefusal(engine: EngineName, { message }: DeviceError): string {
  const what = engine === 'simd' ? 'fast CPU engine' : engineLabel(engine);
  return `The ${what} cannot be used (${message})`;
}

function canFallBack(error: unknown, engine: EngineName): error is DeviceError {
  return error instanceof DeviceError && engine !== 'cpu';
}
