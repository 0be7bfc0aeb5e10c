import type { Frame, GroupNorms, StageTimes, StepMetrics, TrainStep } from '../engine/engine';
import { rankOf, topK } from '../engine/metrics';
import { parameterGroups } from '../engine/program';
import type { Plan } from './plan';
import type { RunEventBody, TokenSummary } from './protocol';

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
    ...(frame ? [forwardEvent(plan, frame), attentionEvent(plan, frame)] : []),
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

function forwardEvent(plan: Plan, frame: Frame): RunEventBody {
  const { top_k } = plan.settings;
  const tokens = Array.from({ length: frame.T }, (_, t) => tokenSummary(frame, t, top_k));
  const [document] = plan.documents(frame.step);
  return { type: 'step.forward', step: frame.step, document, tokens };
}

function tokenSummary(frame: Frame, position: number, top_k: number): TokenSummary {
  const { T, tokens, targets, losses, probs } = frame;
  const V = probs.length / T;
  const row = probs.subarray(position * V, (position + 1) * V);
  const target = targets[position];
  return {
    position,
    input: tokens[position],
    target,
    loss: losses[position],
    target_prob: row[target],
    target_rank: rankOf(row, target),
    top_k: topK(row, top_k)
  };
}

/** From (T, H, S) of each layer to (L, H, T, T). */
function attentionEvent({ settings }: Plan, { step, T, attention }: Frame): RunEventBody {
  const { n_layer, n_head, block_size: S } = settings;
  const weights = new Float64Array(n_layer * n_head * T * T);
  let at = 0;
  for (const layer of attention) {
    for (let h = 0; h < n_head; h++) {
      for (let t = 0; t < T; t++, at += T) {
        const row = (t * n_head + h) * S;
        weights.set(layer.subarray(row, row + Math.min(t + 1, T)), at);
      }
    }
  }
  return { type: 'step.attention', step, n_layer, n_head, T, weights };
}
