import type { Seed, StepOutline } from '../../run/questions';
import type { Snapshot } from '../../run/snapshot';
import type { Operations } from '../../state/operations.svelte';
import { exportHead } from './exports';

/** What every picture and table of an opened step is made from. */
export interface OpenedView {
  readonly operations: Operations;
  readonly outline: StepOutline;
  readonly snapshot: Snapshot;
}

/** Stem and caption for something of an opened step: the run's, what its gradients are of, and where its pass stands. */
export function openedHead(name: string, { operations, outline, snapshot }: OpenedView) {
  const { stem, caption } = exportHead(name.replace(/\]$/, ''), snapshot, outline.step);
  const stand = `${operations.position} of ${outline.stops.length} operations of the backward pass done`;
  return { stem, caption: `${caption} · gradients of ${seedName(outline.seed)} · ${stand}` };
}

function seedName(seed: Seed): string {
  if (seed.of === 'loss') return 'the mean loss';
  return seed.of === 'token' ? `token ${seed.t}’s loss` : `logit ${seed.v} at token ${seed.t}`;
}
