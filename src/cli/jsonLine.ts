import { attentionRows } from '../lib/run/attention';
import type { RunEvent } from '../lib/run/protocol';

/** An event as one line of JSON; attention weights as (L, H) lists of rows, each up to its own position. */
export function jsonLine(event: RunEvent): string {
  if (event.type !== 'step.attention') return JSON.stringify(event);
  return JSON.stringify({ ...event, weights: attentionRows(event) });
}
