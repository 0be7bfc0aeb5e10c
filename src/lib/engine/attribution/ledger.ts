import type { SeededValue } from '../cpu/seededValue';
import type { Reals } from '../ops/operation';
import { dot, groupsAndAll, rangesOf, type GroupOrAll } from './groups';

/** What an update promised by the gradient, and what it did to the loss of the same batch. */
export interface LedgerLine {
  readonly group: GroupOrAll;
  /** ⟨g, Δw⟩, nats: what the loss would change by if it were linear. */
  readonly predicted: number;
  /** The loss with the group updated and the other weights as before, − the loss before. */
  readonly measured: number;
  /** measured − predicted: curvature. */
  readonly residual: number;
}

/** An update of all weights, each array laid out by `program.parameters`. */
export interface Update {
  readonly gradient: Reals;
  readonly before: Float64Array;
  readonly after: Float64Array;
}

/**
 * Predicted against measured change of the loss, for each parameter group updated alone and for all together. Losses
 * are computed in f64 from the weights given, whichever engine trained them.
 * @param loss of the step's batch
 */
export function ledger(loss: SeededValue, { gradient, before, after }: Update): LedgerLine[] {
  const { program } = loss;
  const change = changeOf(before, after);
  const start = lossAt(loss, before);
  return groupsAndAll.map((group) => {
    const weights = before.slice();
    for (const [from, to] of rangesOf(program, group)) {
      weights.set(after.subarray(from, to), from);
    }
    const predicted = dot(program, group, gradient, change);
    const measured = lossAt(loss, weights) - start;
    return { group, predicted, measured, residual: measured - predicted };
  });
}

/** A point of the loss along an update. */
export interface SlicePoint {
  /** 0 before the update, 1 after it. */
  readonly share: number;
  readonly loss: number;
  /** By the gradient alone: a straight line. */
  readonly predicted: number;
}

/** The loss along an update and beyond, at the given shares of it. */
export function lossSlice(
  loss: SeededValue,
  { gradient, before, after }: Update,
  shares: readonly number[]
): SlicePoint[] {
  const change = changeOf(before, after);
  const start = lossAt(loss, before);
  const slope = dot(loss.program, 'all', gradient, change);
  return shares.map((share) => {
    const weights = before.map((w, i) => w + share * change[i]);
    return { share, loss: lossAt(loss, weights), predicted: start + share * slope };
  });
}

/** Δw, the weights after an update − before. */
export function changeOf(before: Reals, after: Reals): Float64Array {
  const change = new Float64Array(before.length);
  for (let i = 0; i < change.length; i++) change[i] = after[i] - before[i];
  return change;
}

function lossAt(loss: SeededValue, weights: Reals): number {
  loss.load(weights);
  return loss.value();
}
