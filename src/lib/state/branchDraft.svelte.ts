import type { Branch, Moments, Weight, WeightEdit } from '../run/branch';
import type { Question, QuestionKind, Questions, StepOutline } from '../run/questions';
import { checkSetting } from '../run/settings';
import type { ModelState, Trial } from '../run/updateQuestions';
import type { Run } from './run.svelte';
import type { Answerer } from './updateStudy.svelte';
import { WeightEdits } from './weightEdits.svelte';

const drafts = new WeakMap<Answerer, BranchDraft>();

/** The branch that is being made of a run; it stays while the run is open. */
export function branchDraft(run: Pick<Run, 'ask' | 'request'>): BranchDraft {
  const found = drafts.get(run) ?? new BranchDraft(run);
  drafts.set(run, found);
  return found;
}

/** A branch in the making: which weights it changes before a step, and what they do to it. */
export class BranchDraft {
  /** The parameter that is edited; assign to it. */
  parameter = $state('wte');
  /** What becomes of Adam's m and v; assign to it. */
  moments = $state<Moments>('kept');
  /** What is to be pasted, until it fits; assign to it. */
  pasted = $state('');
  readonly edits = new WeightEdits();
  readonly #run: Answerer;
  #learning_rate = $state(0);
  #outline = $state.raw<StepOutline | null>(null);
  #weights = $state.raw<Float64Array | null>(null);
  #trial = $state.raw<Trial | null>(null);
  #refusal = $state<string | null>(null);
  /** Counts what was asked: what answers older questions is dropped. */
  #asked = 0;

  constructor(run: Pick<Run, 'ask' | 'request'>) {
    this.#run = run;
    this.#learning_rate = run.request?.settings.learning_rate ?? 0;
  }

  /** The step before which it leaves. */
  get step(): number | null {
    return this.#outline?.step ?? null;
  }

  /** Null while they are not here. */
  get weights(): Float64Array | null {
    return this.#weights;
  }

  /** The step's forward pass with the weights edited; null while it is not here. */
  get trial(): Trial | null {
    return this.#trial;
  }

  /** Why what was asked for last does not come, in a sentence. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /** Assign to it. */
  get learning_rate(): number {
    return this.#learning_rate;
  }

  set learning_rate(value: number) {
    this.#learning_rate = value;
  }

  /** What is wrong with the learning rate, or null. */
  get problem(): string | null {
    return checkSetting('learning_rate', this.#learning_rate);
  }

  /** Rows and columns of a parameter. */
  shapeOf(parameter: string): readonly [number, number] {
    const [rows, columns] = this.#outline!.shapes[parameter];
    return [rows, columns];
  }

  /** The weight before any change. */
  before({ parameter, row, column }: Weight): number {
    return this.#weights![this.#offsetOf(parameter) + row * this.shapeOf(parameter)[1] + column];
  }

  /** Looks at another step; what was changed stays changed. */
  async open(outline: StepOutline): Promise<void> {
    if (this.#outline === outline && this.#weights) return;
    this.#outline = outline;
    this.#weights = null;
    this.#trial = null;
    const state = await this.#state([]);
    if (!state || this.#outline !== outline) return;
    this.#weights = state.weights;
    this.edits.rebase((weight) => this.before(weight));
    await this.try();
  }

  /** Changes weights, and reads the step's batch with them. */
  change(changes: readonly Omit<WeightEdit, 'before'>[]): void {
    this.edits.change(changes.map((each) => ({ ...each, before: this.before(each) })));
    void this.try();
  }

  /** Reads the step's batch with the weights as they now are. */
  async try(): Promise<void> {
    const trial = await this.#ask({ kind: 'trial', edits: this.edits.list });
    if (trial) this.#trial = trial;
  }

  /** What begins before the step; null if it is refused. */
  async branch(): Promise<Omit<Branch, 'of' | 'curves'> | null> {
    const { moments } = this;
    const edits = this.edits.list;
    const state = await this.#state(edits);
    return state && { step: state.step, edits, moments, state };
  }

  #state(edits: readonly WeightEdit[]): Promise<ModelState | null> {
    return this.#ask({ kind: 'branchState', wish: { edits, moments: this.moments } });
  }

  /** The parameters lie one after another. */
  #offsetOf(parameter: string): number {
    let offset = 0;
    for (const { name } of this.#outline!.parameters) {
      if (name === parameter) return offset;
      const [rows, columns] = this.shapeOf(name);
      offset += rows * columns;
    }
    return offset;
  }

  /** Null if it is refused, or if something else was asked meanwhile. */
  async #ask<K extends QuestionKind>(asked: { readonly kind: K } & Questions[K]['asked']) {
    const count = ++this.#asked;
    const { step } = this.#outline!;
    // What belongs to a kind, TypeScript cannot tell of a kind that it does not know.
    const question: unknown = { ...asked, step, seed: { of: 'loss' } };
    try {
      const answer = await this.#run.ask(question as Question<K>);
      if (count !== this.#asked) return null;
      this.#refusal = null;
      return answer;
    } catch (error) {
      if (count === this.#asked) this.#refusal = (error as Error).message;
      return null;
    }
  }
}
