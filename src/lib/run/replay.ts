import type { Engine, EngineName, ModelState, StepMetrics, TrainResult } from '../engine/engine';
import { DeviceError } from '../engine/errors';
import type { TrainerHost } from './host';
import { resetError } from './inspection';
import { Pace } from './pace';
import type { Plan } from './plan';
import type { ReplayProgress } from './protocol';
import { adamConfig } from './settings';
import type { Leg, Timeline } from './timeline';

/** What a replay needs of the place where it runs. */
export interface ReplayHost extends Pick<TrainerHost, 'open' | 'now' | 'breathe' | 'wait'> {
  /** Is told from time to time how far a replay is. */
  replaying?(progress: ReplayProgress): void;
}

/**
 * Milliseconds of replay after which messages are let in and training has its turn: longer than a turn of training, for
 * someone waits for it.
 */
const TURN = 40;

/** Where a replay stands: an engine with the state after so many steps of a leg. */
interface Standing {
  readonly engine: Engine;
  readonly leg: Leg;
  readonly era: number;
  step: number;
}

/**
 * Trains the steps of a run again, on engines of its own of the kinds that trained them first: the engines that train
 * are never touched. Goes on from where it stands if that is nearer than the timeline's keyframe.
 */
export class Replay {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #host: ReplayHost;
  readonly #engines = new Map<EngineName, Engine>();
  readonly #pace = new Pace();
  #standing: Standing | null = null;
  /** The step that it is on its way to, and where it began. */
  #way = { step: 0, from: 0 };
  #turnBegan = 0;

  constructor(plan: Plan, timeline: Timeline, host: ReplayHost) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#host = host;
  }

  /**
   * The engine that trained step `step`, or the CPU if that can no longer be had, with the state before it.
   * Throws InspectionError if the run is reset meanwhile, and DeviceError if a device fails.
   */
  async before(step: number): Promise<Engine> {
    await this.#breathe(this.#timeline.era);
    let standing = this.#nearer(step) ?? (await this.#start(step));
    this.#way = { step, from: standing.step };
    for (const leg of this.#timeline.legs(standing.step + 1, step).slice(1)) {
      await this.#train(standing, leg.after);
      standing = await this.#stand(leg, await standing.engine.save(), standing.era);
    }
    await this.#train(standing, step - 1);
    return standing.engine;
  }

  /** Trains the next step too. */
  async next(): Promise<StepMetrics> {
    const { metrics } = await this.watchNext(false);
    return metrics[0];
  }

  /** Trains the next step too and tells, unless it is not wanted, its frame. */
  async watchNext(watch = true): Promise<TrainResult> {
    const standing = this.#standing!;
    const result = await standing.engine.train(this.#plan.steps(standing.step, 1), watch);
    standing.step += 1;
    return result;
  }

  /** Gives the engines back; they are opened again when they are needed. */
  dispose(): void {
    this.#standing = null;
    for (const engine of new Set(this.#engines.values())) engine.dispose();
    this.#engines.clear();
  }

  /** Where it stands, if the step can be reached from there, and sooner than from a keyframe. */
  #nearer(step: number): Standing | null {
    const standing = this.#standing;
    if (!standing || standing.era !== this.#timeline.era || standing.step >= step) return null;
    const [leg] = this.#timeline.legs(step, step);
    const isSameLeg = leg.after === standing.leg.after && leg.engine === standing.leg.engine;
    return isSameLeg && standing.step >= this.#timeline.stepBefore(step) ? standing : null;
  }

  async #start(step: number): Promise<Standing> {
    const state = this.#timeline.before(step);
    const [leg] = this.#timeline.legs(state.step + 1, step);
    return this.#stand(leg, state, this.#timeline.era);
  }

  async #stand(leg: Leg, state: ModelState, era: number): Promise<Standing> {
    this.#standing = null;
    const engine = await this.#engineOf(leg.engine);
    await engine.load(state);
    return (this.#standing = { engine, leg, era, step: state.step });
  }

  async #engineOf(name: EngineName): Promise<Engine> {
    const opened = this.#engines.get(name) ?? (await this.#open(name));
    this.#engines.set(name, opened);
    return opened;
  }

  async #open(name: EngineName): Promise<Engine> {
    const { program, settings } = this.#plan;
    try {
      return await this.#host.open(name, program, adamConfig(settings));
    } catch (error) {
      if (!(error instanceof DeviceError) || name === 'cpu') throw error;
      return this.#engineOf(name === 'gpu' ? 'simd' : 'cpu');
    }
  }

  /** Trains until `until` steps are done, letting others in from time to time. */
  async #train(standing: Standing, until: number): Promise<void> {
    const { engine } = standing;
    while (standing.step < until) {
      const count = Math.min(this.#pace.stepsFor(engine.name), until - standing.step);
      const began = this.#host.now();
      await engine.train(this.#plan.steps(standing.step, count), false);
      standing.step += count;
      this.#pace.learn(engine.name, count, this.#host.now() - began);
      await this.#fill(standing);
      if (await this.#breathe(standing.era)) this.#tell(standing.step);
    }
  }

  /** Keeps where it stands if training left a gap there, so that steps nearby open sooner the next time. */
  async #fill({ engine, leg, era, step }: Standing): Promise<void> {
    const isGap = engine.name === leg.engine && this.#timeline.isGap(step);
    if (isGap && era === this.#timeline.era) this.#timeline.fill(await engine.save());
  }

  #tell(done: number): void {
    const { step, from } = this.#way;
    this.#host.replaying?.({ step, done: done - from, of: step - 1 - from });
  }

  /** Whether it was time to. */
  async #breathe(era: number): Promise<boolean> {
    if (this.#host.now() - this.#turnBegan < TURN) return false;
    await this.#host.breathe();
    if (era !== this.#timeline.era) throw resetError();
    this.#turnBegan = this.#host.now();
    return true;
  }
}
