import type { Frame, GroupNorms, StageTimes, StepMetrics, TrainStep } from '../engine/engine';
import { parameterGroups } from '../engine/program';
import type { Plan } from './plan';
import type { RunEventBody } from './protocol';
import { recordFrame } from './recordFrame';

/** A run that cannot go on, with the reason. */
export class RunError extends Error {
  override name = 'RunError';
}

/** What can be told of a step besides its metrics: of the last step of a call only. */
export interface StepExtras {
  readonly frame?: Frame;
  readonly times?: StageTimes;
}

/** The events of one step, in order. Throws RunError if a number is not finite: the step is then not told. */
export function stepEvents(
  plan: Plan,
  { step, learning_rate }: TrainStep,
  metrics: StepMetrics,
  { frame, times }: StepExtras
): RunEventBody[] {
  requireFinite(metrics, plan.settings.learning_rate);
  const { loss, gradientNorms: gradient_norms, updateNorms: update_norms } = metrics;
  return [
    ...(frame ? frameEvents(plan, frame) : []),
    { type: 'step.loss', step, loss },
    { type: 'step.backward', step, gradient_norms },
    { type: 'step.update', step, learning_rate, update_norms, ...(times && { times }) }
  ];
}

function requireFinite(metrics: StepMetrics, learning_rate: number): void {
  requireFiniteNumber('loss', metrics.loss, metrics.step, learning_rate);
  const requireNorms = (what: string, norms: GroupNorms) => {
    for (const group of parameterGroups) {
      requireFiniteNumber(`${what} norm of ${group}`, norms[group], metrics.step, learning_rate);
    }
  };
  requireNorms('gradient', metrics.gradientNorms);
  requireNorms('update', metrics.updateNorms);
}

function requireFiniteNumber(what: string, got: number, step: number, learning_rate: number): void {
  if (Number.isFinite(got)) return;
  const advice = `try a smaller learning_rate than ${learning_rate}`;
  throw new RunError(`run: needs a finite ${what}, got ${got} at step ${step}; ${advice}`);
}

function frameEvents(plan: Plan, frame: Frame): RunEventBody[] {
  const [document] = plan.documents(frame.step);
  const { step, tokens, attention } = recordFrame(plan.settings, document, frame);
  return [
    { type: 'step.forward', step, document, tokens },
    { type: 'step.attention', step, ...attention }
  ];
}
