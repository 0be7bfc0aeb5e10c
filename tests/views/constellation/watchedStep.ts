import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Trace } from '$lib/engine/engine';
import { buildCorpus } from '$lib/run/corpus';
import { cutToDocument, pick } from '$lib/run/inspection';
import { Plan } from '$lib/run/plan';
import type { Inspection, RunEventBody } from '$lib/run/protocol';
import { adamConfig, defaultSettings, type Settings } from '$lib/run/settings';
import { stepEvents } from '$lib/run/stepEvents';
import type { WatchedFrame } from '$lib/views/constellation/picture';

/** A step of a small run on the reference engine: its frame, and all of its tensors. */
export interface WatchedStep {
  readonly settings: Settings;
  readonly vocabulary: readonly string[];
  readonly frame: WatchedFrame;
  readonly inspection: Inspection;
  /** The first document's rows of every tensor. */
  readonly trace: Trace;
}

const names = ['emma', 'olivia', 'ava', 'isabella', 'sophia', 'charlotte', 'mia', 'amelia'];

/** Trains `steps` steps and watches the next; batches of two documents, so that rows must be told apart. */
export async function watchStep(changes: Partial<Settings>, steps: number): Promise<WatchedStep> {
  const settings = {
    ...defaultSettings,
    ...{ n_layer: 2, n_embd: 12, n_head: 3, block_size: 10, batch_size: 2 },
    ...changes
  };
  const plan = new Plan({ settings, corpus: buildCorpus('test', 'Test', names.join('\n')) });
  const engine = new CpuEngine(plan.program, adamConfig(settings));
  await engine.load(plan.initial);
  await engine.train(plan.steps(0, steps), false);
  const [step] = plan.steps(steps, 1);
  const T = step.batch.lengths[0];
  const trace = cutToDocument(plan.program, await engine.trace(step.batch), T);
  const { metrics, frame } = await engine.train([step], true);
  const all = [...trace.values.keys()];
  return {
    settings,
    vocabulary: plan.vocabulary(),
    frame: recorded(stepEvents(plan, step, metrics[0], { frame })),
    inspection: pick({ step: step.step, T, trace } as never, {
      step: step.step,
      values: all,
      gradients: all
    }),
    trace
  };
}

function recorded(events: readonly RunEventBody[]): WatchedFrame {
  const forward = events.find((event) => event.type === 'step.forward')!;
  const attention = events.find((event) => event.type === 'step.attention')!;
  const { step, document, tokens } = forward;
  return { step, document, tokens, attention };
}
