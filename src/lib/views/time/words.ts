import { engineLabel } from '../../run/engineLabels';
import type { Inspection, ReplayProgress, TimelineSummary } from '../../run/protocol';
import { formatCount, formatLoss } from '../format';

/** What is known of the step that is looked at. */
export interface Looked {
  /** null: the newest is followed. */
  readonly step: number | null;
  /** The step whose frame is shown; null if there is none. */
  readonly shown: number | null;
  readonly opened: Pick<Inspection, 'step' | 'engine' | 'loss' | 'replayedLoss' | 'exact'> | null;
  readonly refusal: string | null;
  readonly replaying?: ReplayProgress | null;
  readonly readOnly: boolean;
}

/** How the shown step came here, in a few words. */
export interface Mark {
  readonly kind: 'live' | 'recorded' | 'same' | 'differs' | 'waiting' | 'refused';
  readonly says: string;
}

export function markOf({ step, shown, opened, refusal, replaying, readOnly }: Looked): Mark {
  if (step === null) return { kind: 'live', says: 'follows the newest step' };
  if (readOnly) return { kind: 'recorded', says: `step ${nameOf(shown)} as it was recorded` };
  if (opened) return replayedMark(opened);
  if (refusal !== null) return { kind: 'refused', says: refusal };
  const way =
    replaying?.step === step ? `: ${replaying.done} of ${replaying.of} steps before it` : '';
  const until = `replaying step ${formatCount(step)}${way}`;
  const meanwhile = shown === null || shown === step ? '' : `; meanwhile step ${nameOf(shown)}`;
  return { kind: 'waiting', says: until + meanwhile };
}

function replayedMark({ step, engine, loss, replayedLoss, exact }: NonNullable<Looked['opened']>) {
  if (!exact) {
    const losses = `${formatLoss(replayedLoss)}, not ${formatLoss(loss)}`;
    return {
      kind: 'differs',
      says: `replayed on the ${engineLabel(engine)}: loss ${losses}`
    } as const;
  }
  const says =
    step === 0
      ? 'before any step: the initial weights'
      : `replayed on the ${engineLabel(engine)}: same loss, bit for bit`;
  return { kind: 'same', says } as const;
}

/** How much is kept to open steps again, and how long that takes. */
export function timelineWords(summary: TimelineSummary, openingTime: number | null): string {
  const { keyframes, bytes, spacing } = summary;
  const counted = keyframes === 1 ? '1 keyframe' : `${formatCount(keyframes)} keyframes`;
  const apart = Number.isFinite(spacing) ? `, ${formatCount(spacing)} apart` : '';
  const opens = openingTime === null ? '' : ` · opens in ${formatWait(openingTime)}`;
  return `${counted}${apart} · ${formatMebibytes(bytes)}${opens}`;
}

function formatWait(ms: number): string {
  return ms < 1000 ? `${Math.max(Math.round(ms), 1)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

function formatMebibytes(bytes: number): string {
  const size = bytes / 2 ** 20;
  return `${size.toFixed(size < 10 ? 1 : 0)} MiB`;
}

function nameOf(step: number | null): string {
  return step === null ? '—' : formatCount(step);
}
