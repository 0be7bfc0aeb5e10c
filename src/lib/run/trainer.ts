import type { CommandQueue } from './commandQueue';
import type { TrainerHost } from './host';
import type { RunEvent, RunEventBody, RunRequest, SampleEvent } from './protocol';
import { Timeline } from './timeline';
import { TrainingRun } from './trainingRun';

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
  timeline = new Timeline(0)
): AsyncGenerator<RunEvent, DrawMore | null> {
  const opened = host.now();
  let seq = 0;
  let step = request.branch?.step ?? 0;
  const tell = (body: RunEventBody): RunEvent => {
    if ('step' in body) step = body.step;
    return { seq: ++seq, time: host.now() - opened, ...body };
  };
  let run: TrainingRun | undefined;
  try {
    run = new TrainingRun(request, commands, host, timeline);
    for await (const body of run.events()) yield tell(body);
    const ended = run;
    return (count, temperature) => ended.draw({ count, temperature });
  } catch (error) {
    yield tell({ type: 'run.failed', step, error: messageOf(error) });
    return null;
  } finally {
    run?.dispose();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
