import type { EngineName } from '../engine/engine';

/** Milliseconds that one call of an engine should take: long enough to be worth it, short enough to answer a pause. */
const callLength: Record<EngineName, number> = { cpu: 10, gpu: 30, simd: 10 };

/** Most steps in one call: so many that only what tells of each step, not the engine, could make it long. */
const MOST_STEPS = 1024;

/** How many steps to hand to the engine at a time, learned from how long the last ones took. */
export class Pace {
  #engine: EngineName | null = null;
  #steps = 1;

  /** Steps for the next call; one for an engine that has not been timed yet. */
  stepsFor(engine: EngineName): number {
    if (engine !== this.#engine) {
      this.#engine = engine;
      this.#steps = 1;
    }
    return this.#steps;
  }

  /** Learns that `steps` steps took `ms`; at most doubles, since one quick call may be chance. */
  learn(engine: EngineName, steps: number, ms: number): void {
    const fitting = ms > 0 ? Math.floor((callLength[engine] * steps) / ms) : MOST_STEPS;
    this.#steps = Math.max(1, Math.min(fitting, 2 * this.stepsFor(engine), MOST_STEPS));
  }
}
