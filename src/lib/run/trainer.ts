import type { CommandQueue } from './commandQueue';
import type { TrainerHost } from './host';
import type { RunEvent, RunEventBody, RunRequest, SampleEvent } from './protocol';
import { Timeline } from './timeline';
import { TrainingRun, type Told } from './trainingRun';

/** Draws from a run that has ended; null if count or temperature is out of range. */
export type DrawMore = (count?: number, temperature?: number) => Promise<SampleEvent | null>;

/**
 * Trains: a run's events in order, from its opening, paused before the first step, to exactly one terminal event.
 *
 *   run.started (control | sample.generated | step)* terminal
 *   step = (step.forward step.attention)? step.loss step.backward step.update
 *
 * Steps count up by one, from 1 (in a branch from where it begins), and so again after run.reset. A run that cannot even start is only run.failed.
 * Whatever a run throws is caught here, once, and told as run.failed.
 * What is needed to open a step again goes to the timeline; without one, nothing is kept.
 * Returns a way to draw further samples; null after a failure.
 */
export async function* train(
  request: RunRequest,
  commands: CommandQueue,
  host: TrainerHost,
  timeline?: Timeline
): AsyncGenerator<RunEvent, DrawMore | null> {
  const batches = trainInBatches(request, commands, host, timeline);
  try {
    let next = await batches.next();
    for (; !next.done; next = await batches.next()) {
      for (const event of next.value) yield event;
    }
    return next.value;
  } finally {
    await batches.return(null);
  }
}

/** As `train`, with what is told at once in one list: the steps of one call of the engine, or a single event. */
export async function* trainInBatches(
  request: RunRequest,
  commands: CommandQueue,
  host: TrainerHost,
  timeline = new Timeline(0)
): AsyncGenerator<readonly RunEvent[], DrawMore | null> {
  const opened = host.now();
  let seq = 0;
  let step = request.branch?.step ?? 0;
  const tell = (bodies: readonly RunEventBody[]): RunEvent[] => {
    const time = host.now() - opened;
    return bodies.map((body) => {
      if ('step' in body) step = body.step;
      return { seq: ++seq, time, ...body };
    });
  };
  let run: TrainingRun | undefined;
  try {
    run = new TrainingRun(request, commands, host, timeline);
    for await (const told of run.events()) yield tell(isSeveral(told) ? told : [told]);
    const ended = run;
    return (count, temperature) => ended.draw({ count, temperature });
  } catch (error) {
    yield tell([{ type: 'run.failed', step, error: messageOf(error) }]);
    return null;
  } finally {
    run?.dispose();
  }
}

function isSeveral(told: Told): told is readonly RunEventBody[] {
  return Array.isArray(told);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
