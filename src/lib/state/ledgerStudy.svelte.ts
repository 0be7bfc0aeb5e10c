import type { GroupOrAll, LedgerAnswer, LedgerOfStep } from '../run/updateQuestions';
import { areOf, Parts } from './parts.svelte';
import type { AskUpdate } from './updateStudy.svelte';

/** What updates promised for the loss beside what they did to it: of a step, and of a range of steps. */
export class LedgerStudy {
  readonly range = new Parts<LedgerOfStep>();
  /** Whose promise is drawn over the steps; assign to it. */
  group = $state<GroupOrAll>('all');
  readonly #ask: AskUpdate;
  #told = $state.raw<LedgerAnswer | null>(null);
  #refusal = $state<string | null>(null);
  #from = $state(1);
  /** Counts the openings: what answers an older one is dropped. */
  #openings = 0;

  constructor(ask: AskUpdate) {
    this.#ask = ask;
  }

  /** Null while it is not here. */
  get told(): LedgerAnswer | null {
    return this.#told;
  }

  /** Why it does not come, in a sentence. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** First step of the range. */
  get from(): number {
    return this.#from;
  }

  async tell(): Promise<void> {
    if (this.#told) return;
    const opening = ++this.#openings;
    try {
      const told = await this.#ask({ kind: 'ledger' });
      if (opening === this.#openings) this.#told = told;
    } catch (error) {
      if (opening === this.#openings) this.#refusal = (error as Error).message;
    }
  }

  /**
   * Tells the steps of a range; goes on where it stopped.
   * @param losses of the run's steps: after a reset they may be others
   */
  async tellRange(from: number, to: number, losses: readonly number[]): Promise<void> {
    if (from !== this.#from || !areOf(this.range.list, losses)) this.range.clear();
    this.#from = from;
    await this.range.gather(to - from + 1, (count) =>
      this.#ask({ kind: 'ledgers', from: from + count }, to)
    );
  }

  /** The range stays: it is of the run. */
  close(): void {
    this.#openings += 1;
    this.#told = null;
    this.#refusal = null;
  }
}
