import { BackwardPass } from '../engine/backwardPass';
import type { EngineName, ModelState } from '../engine/engine';
import type { TracedStep } from '../engine/expression/tracedStep';
import { placeSeed, type Seed } from '../engine/seed';
import { checkAgainstTrainer, type TrainerCheck } from '../engine/trainerCheck';
import type { Plan } from './plan';
import type { Replay } from './replay';

/** A step with all its numbers and all of its backward pass kept: every question about it can be answered. */
export interface RecordedStep extends TracedStep {
  readonly step: number;
  readonly seed: Seed;
  readonly engine: EngineName;
  readonly pass: BackwardPass;
  /** Before the step's update. */
  readonly state: ModelState;
  /** Mean loss of the batch, as training told it. */
  readonly loss: number;
  /** Whether training it again gave the same, bit for bit. */
  readonly exact: boolean;
  /** Of the mean loss only. */
  readonly check: TrainerCheck | null;
}

/**
 * Replays a run up to a step, traces that from the seed, then trains it to compare gradients.
 * @param loss of the step, as training told it
 * Throws ShapeError for a seed that the step does not have.
 */
export async function recordStep(
  plan: Plan,
  replay: Replay,
  { step, seed, loss }: Pick<RecordedStep, 'step' | 'seed' | 'loss'>
): Promise<RecordedStep> {
  const { program } = plan;
  const [{ batch }] = plan.steps(step - 1, 1);
  placeSeed(program, batch.T, seed);
  const engine = await replay.before(step);
  const state = await engine.save();
  const trace = await engine.trace(batch, { seed, record: true });
  const trained = await replay.next();
  const check =
    seed.of === 'loss'
      ? checkAgainstTrainer(program, engine.name, trace, await engine.lastGradients())
      : null;
  const pass = new BackwardPass(program, trace);
  const exact = Object.is(loss, trained.loss);
  const { name } = engine;
  return { program, batch, trace, step, seed, loss, exact, engine: name, pass, state, check };
}

/** Shape of a tensor with the first document's rows; parameters and the loss are whole. Throws RangeError. */
export function rowsOf(step: RecordedStep, tensor: string): readonly number[] {
  const shape = step.trace.shapes.get(tensor);
  if (!shape) throw new RangeError(`inspection: needs a tensor of the program, got ${tensor}`);
  return isRowed(step, tensor) ? [step.batch.lengths[0], ...shape.slice(1)] : shape;
}

/** Whether a tensor has a row for each position of the batch. */
export function isRowed({ program }: RecordedStep, tensor: string): boolean {
  return program.activations.some(({ name, capacity }) => name === tensor && capacity.length > 0);
}
