import type { Component } from 'svelte';
import type { StepOutline } from '../../run/questions';
import type { Snapshot } from '../../run/snapshot';
import type { Operations } from '../../state/operations.svelte';
import type { Run } from '../../state/run.svelte';
import type { Selection } from '../../state/selection.svelte';
import type { StepBench } from '../../state/stepBench.svelte';
import EditPage from '../branch/EditPage.svelte';
import ChecksPage from '../checks/ChecksPage.svelte';
import MicroscopePage from '../checks/MicroscopePage.svelte';
import type { View } from '../screen/places';
import UpdatesPage from '../updates/UpdatesPage.svelte';
import BackwardPage from './BackwardPage.svelte';

/** What a page on an opened step is given. */
export interface PageProps {
  readonly operations: Operations;
  readonly outline: StepOutline;
  readonly run: Run;
  /** Checks of the step, each in a worker of its own. */
  readonly bench: StepBench;
  readonly snapshot: Snapshot;
  readonly selection: Selection;
}

export interface Page extends View {
  readonly component: Component<PageProps>;
}

/** Every page on an opened step, in the order of their tabs. */
export const pages: readonly Page[] = [
  { id: 'backward', title: 'Backward pass', component: BackwardPage },
  { id: 'checks', title: 'Checks', component: ChecksPage },
  { id: 'microscope', title: 'CPU–GPU', component: MicroscopePage },
  { id: 'updates', title: 'Why these weights', component: UpdatesPage },
  { id: 'edit', title: 'Edit weights', component: EditPage }
];

/** The first page if there is none of that name. */
export function pageOf(id: string): Page {
  return pages.find((page) => page.id === id) ?? pages[0];
}
