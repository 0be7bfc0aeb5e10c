import type { GroupOrAll, TokenPart } from '../run/updateQuestions';
import { Parts } from './parts.svelte';
import type { AskUpdate } from './updateStudy.svelte';

/** What each token of a step has to do with its update, and which of them pull against each other. */
export class TokenStudy {
  readonly parts = new Parts<TokenPart>();
  /** Whose rows are told: of a matrix with a row for each token; assign to it. */
  matrix = $state<'wte' | 'lm_head'>('wte');
  readonly #ask: AskUpdate;
  #group = $state<GroupOrAll>('all');
  #cosines = $state.raw<Float64Array | null>(null);
  /** Counts the questions for cosines: what answers an older one is dropped. */
  #asked = 0;

  constructor(ask: AskUpdate) {
    this.#ask = ask;
  }

  /** The parameters whose gradients are compared. */
  get group(): GroupOrAll {
    return this.#group;
  }

  /** (T, T) of the first document's tokens; null until all are traced. */
  get cosines(): Float64Array | null {
    return this.#cosines;
  }

  /** Traces what is not traced. @param T tokens of the first document */
  async gather(T: number): Promise<void> {
    const isWhole = await this.parts.gather(T, (from) => this.#ask({ kind: 'tokenParts', from }));
    if (isWhole && this.#cosines === null) await this.compare(this.#group);
  }

  /** Compares tokens by their gradients of a group. */
  async compare(group: GroupOrAll): Promise<void> {
    this.#group = group;
    if (!this.parts.isWhole) return;
    const asked = ++this.#asked;
    const cosines = await this.#ask({ kind: 'cosines', group }).catch(() => null);
    if (asked === this.#asked) this.#cosines = cosines;
  }

  close(): void {
    this.#asked += 1;
    this.#cosines = null;
    this.parts.clear();
  }
}
