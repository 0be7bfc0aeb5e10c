import type { Engine } from '../src/lib/engine/engine';
import { trainSteps, type Workload } from './workloads';

/** An engine in the middle of a workload, timed a round at a time so that engines can take turns. */
export class Contestant {
  readonly #engine: Engine;
  readonly #workload: Workload;
  readonly #chunk: number;
  #done = 0;
  /** Mean loss of step 20: every engine must tell the same. */
  lossAt20 = NaN;

  /** @param chunk steps for each call of the engine */
  constructor(engine: Engine, workload: Workload, chunk: number) {
    this.#engine = engine;
    this.#workload = workload;
    this.#chunk = chunk;
  }

  /** Loads the weights and trains the first 20 steps, not counted; when the first was done, by `now`. */
  async warmUp(now: () => number): Promise<number> {
    await this.#engine.load(this.#workload.initial);
    await this.#engine.train(trainSteps(this.#workload, 0, 1), false);
    const firstStep = now();
    const { metrics } = await this.#engine.train(trainSteps(this.#workload, 1, 19), false);
    this.lossAt20 = metrics[18].loss;
    this.#done = 20;
    return firstStep;
  }

  /** Trains for about so many milliseconds; milliseconds per step. */
  async round(milliseconds: number, now: () => number): Promise<number> {
    const from = now();
    let steps = 0;
    do {
      await this.#engine.train(trainSteps(this.#workload, this.#done, this.#chunk), false);
      this.#done += this.#chunk;
      steps += this.#chunk;
    } while (now() - from < milliseconds);
    return (now() - from) / steps;
  }
}
