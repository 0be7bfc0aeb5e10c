import type { Engine, EngineName } from '../src/lib/engine/engine';
import { Pace } from '../src/lib/run/pace';
import { trainSteps, type Workload } from '../src/lib/run/speed/workloads';
import type { Peer } from './peers/peer';

/** An engine of ours as one of the peers. Loads the workload's initial weights. */
export async function asPeer(engine: Engine, workload: Workload<string>): Promise<Peer> {
  await engine.load(workload.initial);
  return {
    device: engine.device,
    async train(done, count) {
      const { metrics } = await engine.train(trainSteps(workload, done, count), false);
      return metrics[count - 1].loss;
    },
    dispose: () => engine.dispose()
  };
}

/** An engine of ours that traces steps, operation by operation, and never updates a weight. */
export async function asTracer(engine: Engine, workload: Workload): Promise<Peer> {
  await engine.load(workload.initial);
  return {
    device: engine.device,
    async train(done, count) {
      for (const { batch } of trainSteps(workload, done, count)) await engine.trace(batch);
      return NaN;
    },
    comparedUntil: 0,
    dispose: () => engine.dispose()
  };
}

/** How many steps go in one call of a peer. */
export interface Stride {
  steps(): number;
  learn(steps: number, ms: number): void;
}

export const always = (steps: number): Stride => ({ steps: () => steps, learn: () => {} });

/** As a run hands out steps to an engine of ours: as many as answer a pause in time. */
export function paced(engine: EngineName): Stride {
  const pace = new Pace();
  return {
    steps: () => pace.stepsFor(engine),
    learn: (steps, ms) => pace.learn(engine, steps, ms)
  };
}

/** Steps after which losses are compared; those of a slow peer only up to the fifth. */
const STOPS = [1, 2, 5, 20] as const;
const FEW = 5;

/** Milliseconds of a step from which on a peer is slow. */
const SLOW = 2000;

/** What a peer's first steps have told. */
export interface WarmUp {
  /** When the first was done. */
  readonly firstStep: number;
  /** Mean losses by step. */
  readonly losses: Readonly<Record<number, number>>;
  readonly isSlow: boolean;
}

/** A peer in the middle of a workload, timed a round at a time so that peers can take turns. */
export class Contestant {
  readonly #peer: Peer;
  readonly #stride: Stride;
  readonly #now: () => number;
  #done = 0;
  #loss = NaN;

  /** @param now milliseconds */
  constructor(peer: Peer, stride: Stride, now: () => number) {
    this.#peer = peer;
    this.#stride = stride;
    this.#now = now;
  }

  /** Trains the first 20 steps, not counted; of a slow peer the first 5, of one that is not compared the first 2. */
  async warmUp(): Promise<WarmUp> {
    const { comparedUntil = Infinity } = this.#peer;
    const losses: Record<number, number> = {};
    let firstStep = 0;
    let isSlow = false;
    for (const stop of STOPS) {
      if ((isSlow && stop > FEW) || (stop > 2 && stop > comparedUntil)) break;
      while (this.#done < stop) await this.#call(stop - this.#done);
      if (stop <= comparedUntil) losses[stop] = this.#loss;
      if (stop === 1) firstStep = this.#now();
      if (stop === FEW) isSlow = (this.#now() - firstStep) / (FEW - 1) > SLOW;
    }
    return { firstStep, losses, isSlow };
  }

  /** Trains for about so many milliseconds, at least one call; milliseconds per step. */
  async round(milliseconds: number): Promise<number> {
    const [from, done] = [this.#now(), this.#done];
    do await this.#call(Infinity);
    while (this.#now() - from < milliseconds);
    return (this.#now() - from) / (this.#done - done);
  }

  dispose(): void {
    this.#peer.dispose?.();
  }

  async #call(most: number): Promise<void> {
    const steps = Math.min(most, this.#stride.steps());
    const from = this.#now();
    this.#loss = await this.#peer.train(this.#done, steps);
    this.#stride.learn(steps, this.#now() - from);
    this.#done += steps;
  }
}
