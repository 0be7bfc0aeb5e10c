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

/** The key that runs to the operation looked at, and the one that plays. */
export const RUN_KEY = 'U';
export const PLAY_KEY = 'L';

/** Keys that press the button which has them as `data-key`: play, breakpoint, source, verify, scalar graph. */
const buttonKeys = [PLAY_KEY, 'B', 'S', 'V', 'X'];

/** Every key of an opened step, for its help. */
export const pageKeys: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  ...controls.map(({ key, does }) => ({ keys: [key], does })),
  { keys: [RUN_KEY], does: 'Run to the operation looked at' },
  { keys: [PLAY_KEY], does: 'Play one operation after another, or stop; breakpoints stop it too' },
  { keys: ['B'], does: 'Set or remove a breakpoint on the operation looked at' },
  { keys: ['S'], does: 'Show the source of the operation looked at, or its tensors' },
  { keys: ['V'], does: 'Verify the number that is open in f64' },
  { keys: ['X'], does: 'Show the number that is open as a scalar graph, or its terms' },
  { keys: ['↑', '↓', '←', '→'], does: 'On a card, a cell or a scalar: travel to the next one' },
  { keys: ['Enter'], does: 'On a cell: open it. On a scalar: draw what made it' },
  { keys: ['C'], does: 'On a card: collapse its block' },
  { keys: ['+', '−', '0'], does: 'In a graph: zoom in, out, and fit all of it' },
  { keys: ['Shift'], does: 'With an arrow in a graph: move what is seen' },
  { keys: ['?'], does: 'Show this list' },
  { keys: ['Esc'], does: 'Close the step' }
];

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** Where a key leads to; null for other keys. @param node the operation looked at */
export function moveFor(press: Press, node: string): Move | null {
  const key = letterOf(press);
  if (key === RUN_KEY) return { to: 'operation', name: node };
  return controls.find((control) => control.key === key)?.move ?? null;
}

/** The key of a button to press; null for other keys. */
export function buttonKeyFor(press: Press): string | null {
  const key = letterOf(press);
  return buttonKeys.includes(key) ? key : null;
}

function letterOf({ key, ctrlKey, metaKey, altKey }: Press): string {
  return ctrlKey || metaKey || altKey ? '' : key.toUpperCase();
}
