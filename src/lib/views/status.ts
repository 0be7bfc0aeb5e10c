import type { Snapshot } from '../run/snapshot';
import { formatCount, formatLoss } from './format';

/** The status of a run as a sentence that is worth saying aloud: it changes with the status, not with every step. */
export function describeStatus({ status, step, until, settings, curves, error }: Snapshot): string {
  const at = `step ${formatCount(step)}`;
  switch (status) {
    case 'opening':
      return 'The run is opening.';
    case 'running':
      return `Training until step ${formatCount(until)} of ${formatCount(settings?.num_steps ?? 0)}.`;
    case 'paused':
      return step === 0 ? 'Ready at step 0.' : `Paused at ${at}.`;
    case 'completed':
      return `Finished at ${at}: the last loss was ${formatLoss(curves.loss.at(-1))}.`;
    case 'canceled':
      return `Canceled at ${at}.`;
    case 'failed':
      return `Failed at ${at}: ${error ?? 'the reason is not known'}`;
  }
}

/** One word for a small place. */
export const statusWords: Readonly<Record<Snapshot['status'], string>> = {
  opening: 'opening',
  running: 'running',
  paused: 'paused',
  completed: 'finished',
  failed: 'failed',
  canceled: 'canceled'
};

/** Seconds until the last step at the present rate; null where none is known. */
export function secondsLeft({ settings, step, stepsPerSecond }: Snapshot): number | null {
  if (!settings || !stepsPerSecond) return null;
  return (settings.num_steps - step) / stepsPerSecond;
}
