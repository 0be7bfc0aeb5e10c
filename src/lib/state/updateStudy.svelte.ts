import { updateTabs, type Opened, type UpdateTab } from '../run/openedLink';
import type { Question, QuestionKind, Questions } from '../run/questions';
import type { UpdateOutline, UpdateQuestionKind, UpdateQuestions } from '../run/updateQuestions';
import { LedgerStudy } from './ledgerStudy.svelte';
import type { Run } from './run.svelte';
import { TokenStudy } from './tokenStudy.svelte';
import { WeightStudy } from './weightStudy.svelte';

/** What of a run answers questions about its steps. */
export type Answerer = Pick<Run, 'ask'>;

/** Asks about the update of a step: the opened one, unless another is named. */
export type AskUpdate = <K extends UpdateQuestionKind>(
  asked: { readonly kind: K } & UpdateQuestions[K]['asked'],
  step?: number
) => Promise<UpdateQuestions[K]['answer']>;

const studies = new WeakMap<Answerer, UpdateStudy>();

/** What is known of a run's updates; it stays while the run is open. */
export function updateStudy(run: Answerer): UpdateStudy {
  const found = studies.get(run) ?? new UpdateStudy(run);
  studies.set(run, found);
  return found;
}

/** Why the weights of a run changed, at one step and over all of them. */
export class UpdateStudy {
  /** What is looked at; assign to it. */
  tab = $state<UpdateTab>(updateTabs[0]);
  readonly tokens: TokenStudy;
  readonly weight: WeightStudy;
  readonly ledger: LedgerStudy;
  readonly #run: Answerer;
  #step = $state(0);
  #outline = $state.raw<UpdateOutline | null>(null);
  #refusal = $state<string | null>(null);

  constructor(run: Answerer) {
    this.#run = run;
    const ask: AskUpdate = (asked, step = this.#step) => this.#ask(asked, step);
    this.tokens = new TokenStudy(ask);
    this.weight = new WeightStudy(ask);
    this.ledger = new LedgerStudy(ask);
  }

  /** What is looked at, as a link tells it. */
  get place(): Pick<Opened, 'tab' | 'weight'> {
    const { tab } = this;
    return { tab: tab === updateTabs[0] ? null : tab, weight: this.weight.chosen };
  }

  /** Looks, once a step is open, where a link tells. */
  restore({ tab, weight }: Pick<Opened, 'tab' | 'weight'>): void {
    this.tab = tab ?? this.tab;
    if (weight) this.weight.choose(weight);
  }

  /** Null until the step is opened. */
  get outline(): UpdateOutline | null {
    return this.#outline;
  }

  /** Why a step is not opened, in a sentence. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** Looks at the update of a step. @param loss tells a step from that of the same number after a reset */
  async open(step: number, loss: number): Promise<void> {
    const { outline } = this;
    if (outline?.step === step && Object.is(outline.loss, loss)) return;
    this.#step = step;
    this.#outline = null;
    this.#refusal = null;
    for (const part of [this.tokens, this.weight, this.ledger]) part.close();
    try {
      const told = await this.#ask({ kind: 'update' }, step);
      if (step === this.#step) this.#outline = told;
    } catch (error) {
      if (step === this.#step) this.#refusal = (error as Error).message;
    }
  }

  #ask<K extends QuestionKind>(asked: { readonly kind: K } & Questions[K]['asked'], step: number) {
    // What belongs to a kind, TypeScript cannot tell of a kind that it does not know.
    const question: unknown = { ...asked, step, seed: { of: 'loss' } };
    return this.#run.ask(question as Question<K>);
  }
}
