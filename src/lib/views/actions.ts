import type { Command } from '../run/protocol';
import type { Snapshot } from '../run/snapshot';
import type { ShortcutAction } from './shortcuts';

/** What a shortcut asks of the run that is shown; null if it asks nothing of it now. */
export function commandOf(action: ShortcutAction, { status }: Snapshot): Command | null {
  switch (action) {
    case 'step':
      return status === 'paused' ? { type: 'step' } : null;
    case 'run':
      return status === 'paused' ? { type: 'run' } : null;
    case 'pause':
      if (status === 'running') return { type: 'pause' };
      return status === 'paused' ? { type: 'resume' } : null;
    default:
      return null;
  }
}
