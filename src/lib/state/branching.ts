import { createContext } from 'svelte';
import type { Branch } from '../run/branch';
import type { RunRequest } from '../run/protocol';
import type { Settings } from '../run/settings';
import type { OpenRuns } from './openRuns.svelte';
import type { RestListener, Run } from './run.svelte';

/** Opens runs that go on from a step of another. */
export class Branching {
  readonly #runs: OpenRuns;
  readonly #onRest: RestListener;

  constructor(runs: OpenRuns, onRest: RestListener) {
    this.#runs = runs;
    this.#onRest = onRest;
  }

  /** Why no run can be opened now, in a sentence; null if one can. */
  get refusal(): string | null {
    return this.#runs.refusal;
  }

  /** Opens the branch of a run and shows it, paused where it begins; null if it cannot be. */
  open(run: Run, branch: Omit<Branch, 'of' | 'curves'>, changes: Partial<Settings>): Run | null {
    const { request, snapshot } = run;
    if (!request || this.refusal !== null) return null;
    const settings: Settings = {
      ...request.settings,
      ...changes,
      engine: snapshot.engine ?? request.settings.engine
    };
    const begun: RunRequest = {
      settings,
      corpus: request.corpus,
      branch: { ...branch, of: run.id, curves: snapshot.curves }
    };
    return this.#runs.open(begun, this.#onRest);
  }
}

/** What opens branches, for the pages of an opened step. */
export const [getBranching, setBranching] = createContext<Branching>();
