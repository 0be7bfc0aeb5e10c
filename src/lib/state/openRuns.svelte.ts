import type { RunRequest } from '../run/protocol';
import type { Snapshot } from '../run/snapshot';
import { sameSettings } from './draft.svelte';
import { Run, type RestListener } from './run.svelte';

/** Most runs open at once: each has its worker, its weights and its frames. */
export const MOST_RUNS = 3;

/** The runs of this page, oldest first, and the one that is shown. */
export class OpenRuns {
  #list = $state.raw<readonly Run[]>([]);
  #current = $state.raw<Run | null>(null);
  #twin = $derived(this.#list.find((run) => isTwin(run, this.#current)) ?? null);

  get list(): readonly Run[] {
    return this.#list;
  }

  get current(): Run | null {
    return this.#current;
  }

  /** The open run with the shown one's settings and text, but another engine; of a branch the run that it left. */
  get twin(): Run | null {
    return this.#twin;
  }

  /** Why no more can be opened, in a sentence; null if one can. */
  get refusal(): string | null {
    return this.#list.length >= MOST_RUNS ? fullness : null;
  }

  /** Starts a worker and shows its run. */
  open(request: RunRequest, onRest: RestListener): Run {
    return this.#add(Run.open(request, onRest));
  }

  /** Shows a run that was read from a file. */
  addTrace(snapshot: Snapshot): Run {
    return this.#add(Run.fromTrace(snapshot));
  }

  show(run: Run): void {
    if (this.#list.includes(run)) this.#current = run;
  }

  /** Ends a run and shows the newest of those that are left. */
  close(run: Run): void {
    run.close();
    this.#list = this.#list.filter((other) => other !== run);
    if (this.#current === run) this.#current = this.#list.at(-1) ?? null;
  }

  #add(run: Run): Run {
    this.#list = [...this.#list, run];
    this.#current = run;
    return run;
  }
}

const fullness = `runs: needs at most ${MOST_RUNS} open at once, got one more; close one first`;

function isTwin(run: Run, current: Run | null): boolean {
  if (current === null || run === current) return false;
  const [a, b] = [run.snapshot, current.snapshot];
  if (b.branch) return run.id === b.branch.of;
  if (a.branch) return false;
  if (!a.settings || !b.settings || a.corpus?.hash !== b.corpus?.hash) return false;
  return a.engine !== b.engine && sameSettings(a.settings, b.settings, ['engine']);
}
