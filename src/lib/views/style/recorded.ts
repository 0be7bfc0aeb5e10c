import type { Snapshot } from '../../run/snapshot';
import { readTrace } from '../../run/trace';
import recorded from './recorded.json';

/** A run that the CPU engine trained; `npm run style` records it anew. */
export function recordedRun(): Snapshot {
  return { ...readTrace(recorded.trace), times: recorded.times };
}
