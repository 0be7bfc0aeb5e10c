import type { Browser } from 'playwright';
import { readTrace, type Input, type Task, type TraceEvent } from './mainThread';

export interface Trace {
  readonly tasks: readonly Task[];
  readonly inputs: readonly Input[];
  /** Milliseconds from the first task to the end of the last. */
  readonly span: number;
}

/** What the main thread did while it was traced. */
export async function stopTrace(browser: Browser): Promise<Trace> {
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const { tasks, inputs } = readTrace(trace.traceEvents);
  const span = tasks.length > 0 ? (tasks[tasks.length - 1].to - tasks[0].from) / 1000 : 0;
  return { tasks, inputs, span };
}
