import type { Snapshot } from '../../run/snapshot';
import { readTrace } from '../../run/trace';
import recorded from './recorded.json';

/** The run as a file would hold it. */
export const recordedTrace = recorded.trace;

/** A run that the CPU engine trained; `npm run style` records it anew. */
export function recordedRun(): Snapshot {
  return { ...readTrace(recorded.trace), times: recorded.times };
}
