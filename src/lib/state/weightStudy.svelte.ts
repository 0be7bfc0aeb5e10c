import { nameOfWeight, type Weight } from '../run/branch';
import type { UpdateReading, WeightMoment, WeightStep } from '../run/updateQuestions';
import { areOf, Parts } from './parts.svelte';
import type { AskUpdate } from './updateStudy.svelte';

const firstWeight: Weight = { parameter: 'wte', row: 0, column: 0 };

/** One weight: its update at a step, and its life over the run. */
export class WeightStudy {
  /** At every step from `lifeFrom` on, as far as it was asked for. */
  readonly life = new Parts<WeightMoment>();
  readonly #ask: AskUpdate;
  #weight = $state.raw(firstWeight);
  #reading = $state<UpdateReading>('moved');
  #numbers = $state.raw<Float64Array | null>(null);
  #told = $state.raw<WeightStep | null>(null);
  #refusal = $state<string | null>(null);
  #lifeOf = $state('');
  #lifeFrom = $state(1);
  /** Counts the looks: what answers an older one is dropped. */
  #looks = 0;

  constructor(ask: AskUpdate) {
    this.#ask = ask;
  }

  get weight(): Weight {
    return this.#weight;
  }

  /** The weight, unless it is the first. */
  get chosen(): Weight | null {
    return nameOfWeight(this.#weight) === nameOfWeight(firstWeight) ? null : this.#weight;
  }

  /** The weight to look at, before its numbers are asked for. */
  choose(weight: Weight): void {
    this.close();
    this.#weight = weight;
  }

  get reading(): UpdateReading {
    return this.#reading;
  }

  /** Of the weight's parameter; null while they are not here. */
  get numbers(): Float64Array | null {
    return this.#numbers;
  }

  /** Null while it is not here. */
  get told(): WeightStep | null {
    return this.#told;
  }

  /** Why what was asked for last does not come, in a sentence. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** The weight whose life is told; '' for none. */
  get lifeOf(): string {
    return this.#lifeOf;
  }

  get lifeFrom(): number {
    return this.#lifeFrom;
  }

  /** Looks at a weight, and at one reading of its parameter. */
  async look(weight: Weight, reading: UpdateReading = this.#reading): Promise<void> {
    const looked = ++this.#looks;
    const isHere = weight.parameter === this.#weight.parameter && reading === this.#reading;
    if (!isHere) this.#numbers = null;
    this.#weight = weight;
    this.#reading = reading;
    this.#refusal = null;
    const { parameter } = weight;
    try {
      const numbers =
        this.#numbers ?? (await this.#ask({ kind: 'updateNumbers', parameter, reading }));
      if (looked === this.#looks) this.#numbers = numbers;
      const told = await this.#ask({ kind: 'weight', weight });
      if (looked === this.#looks) this.#told = told;
    } catch (error) {
      if (looked === this.#looks) this.#refusal = (error as Error).message;
    }
  }

  /**
   * Tells the life of the weight looked at, step by step; goes on where it stopped.
   * @param losses of the run's steps: after a reset it may live another life
   */
  async live(from: number, to: number, losses: readonly number[]): Promise<void> {
    const weight = this.#weight;
    const name = nameOfWeight(weight);
    const isSame = name === this.#lifeOf && from === this.#lifeFrom;
    if (!isSame || !areOf(this.life.list, losses)) this.life.clear();
    this.#lifeOf = name;
    this.#lifeFrom = from;
    await this.life.gather(to - from + 1, (count) =>
      this.#ask({ kind: 'biography', weight, from: from + count }, to)
    );
  }

  /** The life stays: it is of every step. */
  close(): void {
    this.#looks += 1;
    this.#numbers = null;
    this.#told = null;
    this.#refusal = null;
  }
}
