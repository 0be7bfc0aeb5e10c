import { bugsAmong, type BugOutline } from '../run/checks/bugs';
import type { StepSetup } from '../run/checks/stepSetup';
import type { StepOutline } from '../run/questions';
import type { Run } from './run.svelte';
import { StepTask } from './stepTask.svelte';

/** A bug that is planted, and what the learner has guessed. */
export interface PlantedState {
  readonly bug: BugOutline;
  /** Whether the learner chose it by name; else it is a surprise. */
  readonly isChosen: boolean;
  /** Kinds of operations that were guessed, wrong ones first. */
  readonly guesses: readonly string[];
  /** Whether it is told what it is. */
  readonly isRevealed: boolean;
}

/** Checks and comparisons of an opened step: each in a worker of its own, none of which touches the run. */
export class StepBench {
  readonly #run: Pick<Run, 'ask'>;
  #outline: StepOutline | null = null;
  #setup: Promise<StepSetup> | null = null;
  #planted = $state.raw<PlantedState | null>(null);
  readonly #source = () => this.#askSetup();
  readonly cell = new StepTask('cell', this.#source);
  readonly adjoints = new StepTask('adjoints', this.#source);
  readonly model = new StepTask('model', this.#source);
  readonly comparison = new StepTask('comparison', this.#source);
  readonly gaps = new StepTask('gaps', this.#source);

  constructor(run: Pick<Run, 'ask'>) {
    this.#run = run;
  }

  /** The bug in the copy that is checked; null if there is none. */
  get planted(): PlantedState | null {
    return this.#planted;
  }

  /** Takes up a step; what was found of another is forgotten. */
  open(outline: StepOutline): void {
    if (outline === this.#outline) return;
    this.#outline = outline;
    this.#setup = null;
    for (const task of [...this.#checks, this.comparison, this.gaps]) task.forget();
  }

  /** Plants a bug in a copy of the program. @param choose the bug, of those that the program has a place for */
  plant(choose: (bugs: readonly BugOutline[]) => BugOutline, isChosen: boolean): void {
    const operations = new Set(this.#outline?.nodes.map(({ operation }) => operation));
    const bug = choose(bugsAmong(operations));
    this.#replant({ bug, isChosen, guesses: [], isRevealed: false });
  }

  /** Says which kind of operation is thought to be wrong; the right one reveals the bug. */
  guess(operation: string): void {
    if (!this.#planted || this.#planted.isRevealed) return;
    const { bug, guesses } = this.#planted;
    const isRevealed = operation === bug.operation;
    this.#planted = { ...this.#planted, guesses: [...guesses, operation], isRevealed };
  }

  reveal(): void {
    if (this.#planted) this.#planted = { ...this.#planted, isRevealed: true };
  }

  /** Back to the program as it is. */
  uproot(): void {
    this.#replant(null);
  }

  /** Name of the bug to check with. */
  get bug(): string | null {
    return this.#planted?.bug.name ?? null;
  }

  /** Ends all that is at work. */
  close(): void {
    for (const task of [...this.#checks, this.comparison, this.gaps]) task.cancel();
  }

  get #checks() {
    return [this.cell, this.adjoints, this.model];
  }

  #replant(planted: PlantedState | null): void {
    this.#planted = planted;
    for (const check of this.#checks) check.forget();
  }

  #askSetup(): Promise<StepSetup> {
    const outline = this.#outline;
    if (!outline) return Promise.reject(new Error('checks: need an opened step, got none'));
    const { step, seed } = outline;
    this.#setup ??= this.#run.ask({ kind: 'setup', step, seed });
    this.#setup.catch(() => (this.#setup = null));
    return this.#setup;
  }
}
