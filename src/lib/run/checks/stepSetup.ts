import type { Batch } from '../../engine/batch';
import type { ModelState } from '../../engine/engine';
import type { ModelConfig } from '../../engine/program';
import type { Seed } from '../../engine/seed';
import type { RecordedStep } from '../recordedStep';

/** All that it takes to compute a step once more, elsewhere. */
export interface StepSetup {
  readonly step: number;
  readonly seed: Seed;
  readonly config: ModelConfig;
  readonly batch: Batch;
  /** Before the step's update. */
  readonly state: ModelState;
}

export function setupOf({ step, seed, program, batch, state }: RecordedStep): StepSetup {
  return { step, seed, config: program.config, batch, state };
}
