export type ShortcutAction =
  | ('start' | 'step' | 'run' | 'pause' | 'sample' | 'engine' | 'tempo')
  | (
      | 'live'
      | 'play'
      | 'compare'
      | 'previous'
      | 'next'
      | 'enlarge'
      | 'stage'
      | 'dock'
      | 'operations'
      | 'help'
    );

export interface Shortcut {
  readonly keys: readonly string[];
  readonly action: ShortcutAction;
  readonly does: string;
}

/** Every shortcut of the page; the help lists them in this order. */
export const shortcuts: readonly Shortcut[] = [
  { keys: ['N', 'Enter'], action: 'start', does: 'Start a new run with the settings of the form' },
  { keys: ['S'], action: 'step', does: 'Train one step' },
  { keys: ['R'], action: 'run', does: 'Train all steps that are left' },
  { keys: ['P'], action: 'pause', does: 'Pause, or go on with what was paused' },
  { keys: ['C'], action: 'sample', does: 'Generate samples' },
  { keys: ['E'], action: 'engine', does: 'Switch between GPU and CPU' },
  { keys: ['W'], action: 'tempo', does: 'Watch, or train at full speed' },
  { keys: ['['], action: 'previous', does: 'Look at the step before' },
  { keys: [']'], action: 'next', does: 'Look at the step after' },
  { keys: ['K', 'Space'], action: 'play', does: 'Play learning from the step looked at, or rest' },
  {
    keys: ['M'],
    action: 'compare',
    does: 'Pin the step as A, to compare others with it; or let go'
  },
  { keys: ['L'], action: 'live', does: 'Follow the newest step again' },
  { keys: ['F'], action: 'enlarge', does: 'Enlarge the panel with the focus; Esc brings it back' },
  { keys: ['A'], action: 'stage', does: 'Attention as constellation or as heatmaps' },
  { keys: ['G'], action: 'dock', does: 'Times of one step, or gradients' },
  {
    keys: ['O'],
    action: 'operations',
    does: 'Open the step: operations, backward pass, any number'
  },
  { keys: ['?'], action: 'help', does: 'Show this list' }
];

/** What of a keyboard event decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly repeat: boolean;
  readonly defaultPrevented: boolean;
}

/** What of the focused element decides: typing goes to it, and Enter presses it. */
export interface Focus {
  readonly typing: boolean;
  readonly pressable: boolean;
  /** Whether Space ticks it. */
  readonly tickable?: boolean;
}

/** What a key press asks for, or null. */
export function shortcutFor(press: KeyPress, focus: Focus): ShortcutAction | null {
  const { ctrlKey, metaKey, altKey, repeat, defaultPrevented } = press;
  const key = press.key === ' ' ? 'Space' : press.key;
  if (ctrlKey || metaKey || altKey || repeat || defaultPrevented || focus.typing) return null;
  if ((key === 'Enter' || key === 'Space') && focus.pressable) return null;
  if (key === 'Space' && focus.tickable) return null;
  const found = shortcuts.find(({ keys }) =>
    keys.some((k) => k === key || (k.length === 1 && k.toLowerCase() === key.toLowerCase()))
  );
  return found?.action ?? null;
}

const typed =
  'input:not([type=checkbox], [type=radio], [type=range], [type=file]), textarea, select';
const pressed = 'button, a[href], summary, select, input[type=file], [role=option]';

export function focusOf(element: Element | null): Focus {
  const editable = element instanceof HTMLElement && element.isContentEditable;
  return {
    typing: editable || element?.matches(typed) === true,
    pressable: element?.matches(pressed) === true,
    tickable: element?.matches('input[type=checkbox], input[type=radio]') === true
  };
}
