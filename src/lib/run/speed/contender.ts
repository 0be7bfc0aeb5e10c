import type { Engine } from '../../engine/engine';
import { Pace } from '../pace';
import { trainSteps, type Workload } from './workloads';

/** An engine at work on a workload, timed a turn at a time so that others can have theirs. */
export class Contender {
  readonly #engine: Engine;
  readonly #workload: Workload<string>;
  readonly #now: () => number;
  /** As a run hands out its steps, so that the speed is a run's. */
  readonly #pace = new Pace();
  #done = 0;

  /** Loads the initial weights and trains the first step. */
  static async begin(
    engine: Engine,
    workload: Workload<string>,
    now: () => number
  ): Promise<Contender> {
    await engine.load(workload.initial);
    const contender = new Contender(engine, workload, now);
    await contender.#call();
    return contender;
  }

  private constructor(engine: Engine, workload: Workload<string>, now: () => number) {
    this.#engine = engine;
    this.#workload = workload;
    this.#now = now;
  }

  /** Trains for about so many milliseconds, at least one call of the engine; milliseconds per step. */
  async turn(milliseconds: number): Promise<number> {
    const [from, done] = [this.#now(), this.#done];
    do await this.#call();
    while (this.#now() - from < milliseconds);
    return (this.#now() - from) / (this.#done - done);
  }

  dispose(): void {
    this.#engine.dispose();
  }

  async #call(): Promise<void> {
    const { name } = this.#engine;
    const steps = trainSteps(this.#workload, this.#done, this.#pace.stepsFor(name));
    const from = this.#now();
    await this.#engine.train(steps, false);
    this.#pace.learn(name, steps.length, this.#now() - from);
    this.#done += steps.length;
  }
}
