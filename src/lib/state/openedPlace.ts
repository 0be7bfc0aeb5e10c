import type { Opened } from '../run/openedLink';
import type { StepOutline } from '../run/questions';
import type { Operations } from './operations.svelte';

type Looked = Pick<Operations, 'page' | 'node' | 'position' | 'trail'>;

/** Where an opened step is looked at, as a link tells it: what is as it was when the step was opened is left out. */
export function openedPlace(
  { page, node, position, trail }: Looked,
  { seed, nodes }: StepOutline,
  update: Pick<Opened, 'tab' | 'weight'>
): Opened {
  const cell = trail.addresses.at(-1) ?? null;
  const isUntouched = position === 0 && cell?.aspect !== 'gradient';
  return {
    ...{ page, seed, cell },
    operation: node === nodes[0].name ? null : node,
    stop: isUntouched ? null : position,
    tab: update.tab,
    weight: update.weight
  };
}
