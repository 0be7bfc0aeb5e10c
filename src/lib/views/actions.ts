import type { Command } from '../run/protocol';
import type { Snapshot } from '../run/snapshot';
import type { ShortcutAction } from './shortcuts';

/** What a shortcut asks of the run that is shown; null if it asks nothing of it now. */
export function commandOf(action: ShortcutAction, { status }: Snapshot): Command | null {
  if (action === 'pause' && status === 'running') return { type: 'pause' };
  if (status !== 'paused') return null;
  if (action === 'pause') return { type: 'resume' };
  return action === 'step' || action === 'run' ? { type: action } : null;
}
