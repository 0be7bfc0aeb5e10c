import type { Move } from '../../run/questions';

/** A control of the backward pass and its key. */
export interface Control {
  readonly key: string;
  readonly label: string;
  readonly does: string;
  readonly move: Move;
}

export const controls: readonly Control[] = [
  {
    key: 'R',
    label: 'Restart',
    does: 'Nothing done: only the seed has a gradient',
    move: { to: 'start' }
  },
  {
    key: 'P',
    label: 'Take back',
    does: 'Take back the operation just done',
    move: { to: 'previous' }
  },
  {
    key: 'N',
    label: 'Next operation',
    does: 'Do one operation of the backward pass',
    move: { to: 'next' }
  },
  { key: 'K', label: 'Over the block', does: 'To the end of the block', move: { to: 'stageEnd' } },
  { key: 'E', label: 'To the end', does: 'Do all that is left', move: { to: 'end' } }
];

/** The key that runs to the operation looked at. */
export const RUN_KEY = 'U';

/** Where a key leads to; null for other keys. @param node the operation looked at */
export function moveFor(
  { key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  node: string
): Move | null {
  if (ctrlKey || metaKey || altKey) return null;
  if (key.toUpperCase() === RUN_KEY) return { to: 'operation', name: node };
  return controls.find((control) => control.key === key.toUpperCase())?.move ?? null;
}
