import type { Command } from '../run/protocol';
import type { Snapshot } from '../run/snapshot';
import type { ShortcutAction } from './shortcuts';

/**
 * What a shortcut asks of the run that is shown; null if it asks nothing of it now.
 * @param stretch what a command to run carries
 */
export function commandOf(
  action: ShortcutAction,
  { status }: Snapshot,
  stretch: { readonly delay?: number } = {}
): Command | null {
  if (action === 'pause' && status === 'running') return { type: 'pause' };
  if (status !== 'paused') return null;
  if (action === 'pause') return { type: 'resume' };
  if (action === 'run') return { type: 'run', ...stretch };
  return action === 'step' ? { type: 'step' } : null;
}
