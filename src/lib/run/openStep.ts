import type { Engine, GroupNorms, Trace } from '../engine/engine';
import { frameOf } from '../engine/frame';
import { groupNorms } from '../engine/metrics';
import type { Program } from '../engine/program';
import { cutToDocument, needsTrace, type OpenedStep } from './inspection';
import type { Plan } from './plan';
import type { InspectionRequest } from './protocol';
import { recordFrame, type WholeFrame } from './recordFrame';
import type { Replay } from './replay';

/** What a trace tells: of a document of another step, also the frame. */
interface Reading {
  readonly trace: Trace | null;
  readonly frame?: WholeFrame;
  readonly weight_norms?: GroupNorms;
}

/**
 * Replays a run up to a step and trains it, which tells its forward pass and its loss again. A trace is made before:
 * it is of the weights before the step's update.
 * @param loss of the step, as training told it; of step 0 that of the first
 */
export async function openStep(
  plan: Plan,
  replay: Replay,
  { request, loss }: { readonly request: InspectionRequest; readonly loss: number }
): Promise<OpenedStep> {
  const { step } = request;
  const trained = Math.max(step, plan.initial.step + 1);
  const engine = await replay.before(trained);
  const reading: Reading = needsTrace(request)
    ? await read(plan, engine, request)
    : { trace: null };
  const { metrics, frame, times } = await replay.watchNext(request.document === undefined);
  const own = frame && recordFrame(plan.settings, plan.documents(trained)[0], { ...frame, step });
  const whole = own ?? reading.frame!;
  const [{ loss: replayedLoss }] = metrics;
  return {
    ...reading,
    step,
    frame: whole,
    T: whole.tokens.length,
    engine: engine.name,
    loss,
    replayedLoss,
    exact: Object.is(loss, replayedLoss),
    ...(times && { times })
  };
}

async function read(plan: Plan, engine: Engine, request: InspectionRequest): Promise<Reading> {
  const { step, document } = request;
  const { program, settings } = plan;
  if (document === undefined) {
    const [{ batch }] = plan.steps(Math.max(step, plan.initial.step + 1) - 1, 1);
    const trace = await engine.trace(batch);
    return { trace: cutToDocument(program, trace, batch.lengths[0]) };
  }
  const of = Math.max(document, 1);
  const batch = plan.firstDocument(of);
  const trace = await engine.trace(batch);
  const frame = frameOf(program, { step, batch }, trace.values);
  return {
    trace,
    frame: recordFrame(settings, plan.documents(of)[0], frame),
    weight_norms: weightNorms(program, trace)
  };
}

/** Norms of the parameters of a trace, by group. */
function weightNorms(program: Program, { values }: Trace): GroupNorms {
  const flat = new Float64Array(program.num_params);
  for (const { name, offset } of program.parameters) flat.set(values.get(name)!, offset);
  return groupNorms(program, flat);
}
