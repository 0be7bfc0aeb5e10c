import { changeOf, type Update } from '../engine/attribution/ledger';
import type { Batch } from '../engine/batch';
import type { EngineName, ModelState } from '../engine/engine';
import type { Plan } from './plan';
import type { Replay } from './replay';

/** A step trained again: what its engine held before and after it, and the gradient that Adam took. */
export interface UpdateRecord extends Update {
  readonly step: number;
  readonly batch: Batch;
  readonly engine: EngineName;
  readonly learning_rate: number;
  /** As Adam took it. */
  readonly gradient: Float64Array;
  readonly states: { readonly before: ModelState; readonly after: ModelState };
  /** Weights after − before. */
  readonly change: Float64Array;
  /** Mean loss of the batch, trained again. */
  readonly loss: number;
}

/** Replays a run up to a step, and trains that. */
export async function recordUpdate(
  plan: Plan,
  replay: Replay,
  step: number
): Promise<UpdateRecord> {
  const [{ batch, learning_rate }] = plan.steps(step - 1, 1);
  const engine = await replay.before(step);
  const before = await engine.save();
  const { loss } = await replay.next();
  const gradient = await engine.lastGradients();
  const after = await engine.save();
  return {
    step,
    batch,
    engine: engine.name,
    learning_rate,
    states: { before, after },
    gradient,
    before: before.weights,
    after: after.weights,
    change: changeOf(before.weights, after.weights),
    loss
  };
}
