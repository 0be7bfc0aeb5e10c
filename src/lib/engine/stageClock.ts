import type { StageTimes } from './engine';
import type { Program, Stage } from './program';

/**
 * Sums up how long each stage takes. A browser's clock ticks coarsely, in steps of up to 0.1 ms: one reading says
 * little about one stage, but the sums over many steps come out right.
 */
export class StageClock {
  readonly #now: (() => number) | undefined;
  readonly #stages: readonly Stage[];
  #forward: Record<Stage, number> = {};
  #backward: Record<Stage, number> = {};
  #adam = 0;
  #steps = 0;
  #last = 0;

  /** @param now milliseconds; without it nothing is timed */
  constructor(program: Program, now?: () => number) {
    this.#now = now;
    this.#stages = program.stages;
    this.restart();
  }

  /** Forgets the sums. */
  restart(): void {
    for (const stage of this.#stages) this.#forward[stage] = this.#backward[stage] = 0;
    this.#adam = 0;
    this.#steps = 0;
  }

  /** Begins a step. */
  start(): void {
    if (this.#now) this.#last = this.#now();
    this.#steps++;
  }

  /** Adds the time since the last lap to a stage of a pass, or to Adam. */
  lap(pass: 'forward' | 'backward', stage: Stage): void;
  lap(pass: 'adam'): void;
  lap(pass: 'forward' | 'backward' | 'adam', stage = ''): void {
    if (!this.#now) return;
    const time = this.#now();
    const spent = time - this.#last;
    this.#last = time;
    if (pass === 'forward') this.#forward[stage] += spent;
    else if (pass === 'backward') this.#backward[stage] += spent;
    else this.#adam += spent;
  }

  /** Counts the time since the last lap to nothing. */
  skip(): void {
    if (this.#now) this.#last = this.#now();
  }

  times(): StageTimes | undefined {
    if (!this.#now) return undefined;
    return {
      forward: { ...this.#forward },
      backward: { ...this.#backward },
      adam: this.#adam,
      steps: this.#steps
    };
  }
}
