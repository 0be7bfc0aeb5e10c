import { worstDeviation, type Deviation } from './deviation';
import type { EngineName, Trace } from './engine';
import type { Program } from './program';
import { trainedTolerance } from './tolerances';

/** How the traced gradient of one parameter compares with the one that training took. */
export interface ParameterAgreement {
  readonly name: string;
  /** Whether every bit is the same. */
  readonly exact: boolean;
  /** Where they are farthest apart, and how far they may be. */
  readonly deviation: Deviation;
  readonly agrees: boolean;
}

/** Whether a backward pass came to the gradients that training took. */
export interface TrainerCheck {
  readonly exact: boolean;
  readonly agrees: boolean;
  readonly parameters: readonly ParameterAgreement[];
}

/**
 * Compares a trace of the mean loss with what the engine's own training took: on `cpu` bit for bit, on `gpu`, which
 * trains with other kernels than it traces with, within `trainedTolerance`.
 * @param trained from `Engine.lastGradients` after the same step, laid out by `program.parameters`
 */
export function checkAgainstTrainer(
  { parameters }: Program,
  engine: EngineName,
  { gradients }: Trace,
  trained: Float64Array
): TrainerCheck {
  const compared = parameters.map(({ name, offset, size }) =>
    compare(name, gradients.get(name)!, trained.subarray(offset, offset + size), engine)
  );
  return {
    exact: compared.every(({ exact }) => exact),
    agrees: compared.every(({ agrees }) => agrees),
    parameters: compared
  };
}

function compare(
  name: string,
  traced: Float64Array,
  trained: Float64Array,
  engine: EngineName
): ParameterAgreement {
  const largest = trained.reduce((max, g) => Math.max(max, Math.abs(g)), 0);
  const atol = largest * trainedTolerance[engine].error;
  const deviation = worstDeviation(traced, trained, { rtol: 0, atol });
  const exact = traced.every((g, i) => Object.is(g, trained[i]));
  return { name, exact, deviation, agrees: exact || deviation.share <= 1 };
}
