import type { StepOutline } from '../../run/questions';
import type { Operations } from '../../state/operations.svelte';

/** A cell of an opened step, and the operation at whose stop its gradient is to be seen; the last that adds to it unless told. */
export interface GradientPlace {
  readonly tensor: string;
  readonly index: readonly number[];
  readonly node?: string;
}

/** Turns to the backward pass, walks to where a gradient stands, and opens one number of it. */
export async function openGradient(
  operations: Operations,
  { stops }: Pick<StepOutline, 'stops'>,
  { tensor, index, node }: GradientPlace
): Promise<void> {
  const adds = stops.findLast(({ contributions }) =>
    contributions.some((contribution) => contribution.tensor === tensor)
  );
  const name = node ?? adds?.node;
  operations.page = 'backward';
  await operations.move({ to: 'start' });
  if (name) await operations.move({ to: 'operation', name });
  operations.show({ tensor, reading: 'gradient' });
  await operations.openNumber({ tensor, aspect: 'gradient', index }, true);
}

/** Turns to the backward pass and opens one number of an operation's output. */
export async function openValue(
  operations: Operations,
  node: string,
  index: readonly number[]
): Promise<void> {
  operations.page = 'backward';
  operations.look(node);
  await operations.openNumber({ tensor: node, aspect: 'value', index }, true);
}
