import { readLocal, writeLocal } from './localValue';

export const tempoChoices = ['watch', 'full'] as const;
export type TempoChoice = (typeof tempoChoices)[number];

/** Longest pause after a step, in ms. */
export const LONGEST_PAUSE = 5000;

/** Milliseconds of pause after each step, to begin with: a thousand steps take half a minute. */
const PAUSE = 25;

/** How fast to train: slowly enough to watch, or as fast as the device can. The choice is kept in this browser. */
export class Tempo {
  #chosen = $state<TempoChoice | null>(tempoChoices.find((c) => c === readLocal('tempo')) ?? null);
  #suggested = $state<TempoChoice>('full');
  #pause = $state(PAUSE);

  get choice(): TempoChoice {
    return this.#chosen ?? this.#suggested;
  }

  choose(choice: TempoChoice): void {
    this.#chosen = choice;
    writeLocal('tempo', choice);
  }

  /** What holds until the reader has chosen. */
  suggest(choice: TempoChoice): void {
    this.#suggested = choice;
  }

  /** Milliseconds after each step while watching; what is no such number is ignored. */
  get pause(): number {
    return this.#pause;
  }

  set pause(ms: number) {
    if (ms >= 0 && ms <= LONGEST_PAUSE) this.#pause = ms;
  }

  /** What a command to run should carry. */
  get stretch(): { readonly delay?: number } {
    return this.choice === 'watch' ? { delay: this.#pause } : {};
  }
}
