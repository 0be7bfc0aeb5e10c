import type { Address } from '../../run/questions';
import type { Snapshot } from '../../run/snapshot';
import type { UpdateOutline } from '../../run/updateQuestions';
import type { Run } from '../../state/run.svelte';
import type { Selection } from '../../state/selection.svelte';
import type { UpdateStudy } from '../../state/updateStudy.svelte';

/** What every panel on a step's update is given. */
export interface UpdateView {
  readonly study: UpdateStudy;
  readonly update: UpdateOutline;
  readonly run: Run;
  readonly snapshot: Snapshot;
  readonly selection: Selection;
  /** The number that is open on another page. */
  readonly opened: Address | null;
  /** Looks at another step. */
  readonly open: (step: number) => void;
}
