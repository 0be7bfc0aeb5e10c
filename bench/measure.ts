import type { Engine } from '../src/lib/engine/engine';
import type { Peer } from './peers/peer';
import { trainSteps, type Workload } from '../src/lib/run/speed/workloads';

/** An engine of ours as one of the peers. Loads the workload's initial weights. */
export async function asPeer(engine: Engine, workload: Workload): Promise<Peer> {
  await engine.load(workload.initial);
  return {
    device: engine.device,
    async train(done, count) {
      const { metrics } = await engine.train(trainSteps(workload, done, count), false);
      return metrics[count - 1].loss;
    }
  };
}

/** A peer in the middle of a workload, timed a round at a time so that peers can take turns. */
export class Contestant {
  readonly #peer: Peer;
  readonly #chunk: number;
  #done = 0;
  /** Mean loss of step 20: every peer must tell the same. */
  lossAt20 = NaN;

  /** @param chunk steps for each call of the peer */
  constructor(peer: Peer, chunk: number) {
    this.#peer = peer;
    this.#chunk = chunk;
  }

  /** Trains the first 20 steps, not counted; when the first was done, by `now`. */
  async warmUp(now: () => number): Promise<number> {
    await this.#peer.train(0, 1);
    const firstStep = now();
    this.lossAt20 = await this.#peer.train(1, 19);
    this.#done = 20;
    return firstStep;
  }

  /** Trains for about so many milliseconds; milliseconds per step. */
  async round(milliseconds: number, now: () => number): Promise<number> {
    const from = now();
    let steps = 0;
    do {
      await this.#peer.train(this.#done, this.#chunk);
      this.#done += this.#chunk;
      steps += this.#chunk;
    } while (now() - from < milliseconds);
    return (now() - from) / steps;
  }
}
