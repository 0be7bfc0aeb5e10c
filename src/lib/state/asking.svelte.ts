import type { Answer, Question, QuestionKind } from '../run/questions';

/** What of a run answers questions about its steps. */
export interface Answerer {
  ask<K extends QuestionKind>(question: Question<K>): Promise<Answer<K>>;
}

/** Asks a run about a step, until it begins anew with another: what answers an older one is dropped. */
export class Asking {
  /** Why what was asked for last does not come, in a sentence; assign to it. */
  refusal = $state<string | null>(null);
  readonly #run: Answerer;
  #beginnings = 0;

  constructor(run: Answerer) {
    this.#run = run;
  }

  /** Begins anew; tells whether it did so again since. */
  begin(): () => boolean {
    const beginning = ++this.#beginnings;
    return () => beginning !== this.#beginnings;
  }

  /** Null if it is refused, or if it began anew meanwhile. */
  async ask<K extends QuestionKind>(question: Question<K>): Promise<Answer<K> | null> {
    const beginning = this.#beginnings;
    try {
      const answer = await this.#run.ask(question);
      return beginning === this.#beginnings ? answer : null;
    } catch (error) {
      if (beginning === this.#beginnings) this.refusal = (error as Error).message;
      return null;
    }
  }
}
