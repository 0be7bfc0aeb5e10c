import type { Reals } from '../ops/operation';
import type { Program } from '../program';
import { dot, groupsAndAll, type GroupOrAll } from './groups';

/** What each token has to do with the update of a parameter group. */
export interface UpdateShares {
  readonly group: GroupOrAll;
  /** ⟨gₜ, Δw⟩ by token, in nats: the change of the mean loss that the update promises through that token. */
  readonly promised: Float64Array;
  /** ⟨g, Δw⟩ of the whole step; below 0 when the update goes downhill. */
  readonly total: number;
  /**
   * promised / total by token: above 0 for a token that wants the update, below 0 for one that pulls against it. All
   * tokens' sum to 1. NaN where the total is 0.
   */
  readonly shares: Float64Array;
}

/**
 * Shares of an update by token, for each parameter group and for all together.
 * @param tokens gradients of tokens, from `tokenGradients`
 * @param gradient the whole step's
 * @param change Δw, the weights after the update − before
 */
export function updateShares(
  program: Program,
  tokens: readonly Reals[],
  gradient: Reals,
  change: Reals
): UpdateShares[] {
  return groupsAndAll.map((group) => {
    const promised = Float64Array.from(tokens, (token) => dot(program, group, token, change));
    const total = dot(program, group, gradient, change);
    return { group, promised, total, shares: promised.map((part) => part / total) };
  });
}
