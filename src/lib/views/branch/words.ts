import type { BranchOrigin } from '../../run/branch';
import { formatCount } from '../format';

/** What the page says of a branch. */

export function countEdits({ length }: readonly unknown[]): string {
  if (length === 0) return 'no weight edited';
  return length === 1 ? '1 weight edited' : `${formatCount(length)} weights edited`;
}

/** `branch of run 1 at step 40, 3 weights edited` */
export function describeBranch({ of, step, edits }: BranchOrigin): string {
  return `branch of ${of} at step ${formatCount(step)}, ${countEdits(edits)}`;
}

export const unshareable =
  'A link cannot hold a branch: its weights are not made by settings alone. Export the run instead; the file says which weights were edited.';
