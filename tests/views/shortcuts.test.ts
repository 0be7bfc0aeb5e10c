import { describe, expect, it } from 'vitest';
import { commandOf } from '../../src/lib/views/actions';
import { emptySnapshot } from '../../src/lib/run/snapshot';
import { shortcutFor, shortcuts } from '../../src/lib/views/shortcuts';

const plain = {
  ...{ ctrlKey: false, metaKey: false, altKey: false, repeat: false, defaultPrevented: false }
};
const nowhere = { typing: false, pressable: false };
const press = (key: string, focus = nowhere, rest = {}) =>
  shortcutFor({ key, ...plain, ...rest }, focus);

describe('shortcutFor', () => {
  it.each(shortcuts.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)))(
    '%s asks to %s',
    (key, action) => {
      expect(press(key)).toBe(action);
      expect(press(key.length === 1 ? key.toLowerCase() : key)).toBe(action);
    }
  );

  it('does nothing while the reader types', () => {
    for (const { keys } of shortcuts) {
      for (const key of keys) expect(press(key, { typing: true, pressable: true })).toBeNull();
    }
  });

  it('leaves Enter and Space to a focused button, but no other key', () => {
    expect(press('Enter', { typing: false, pressable: true })).toBeNull();
    expect(press(' ', { typing: false, pressable: true })).toBeNull();
    expect(press('s', { typing: false, pressable: true })).toBe('step');
  });

  it('leaves Space, but not Enter, to what it ticks', () => {
    const radio = { typing: false, pressable: false, tickable: true };
    expect(press(' ', radio)).toBeNull();
    expect(press('Enter', radio)).toBe('start');
    expect(press(' ')).toBe('play');
  });

  it.each(['ctrlKey', 'metaKey', 'altKey', 'repeat', 'defaultPrevented'])(
    'leaves %s alone',
    (key) => {
      expect(press('r', nowhere, { [key]: true })).toBeNull();
    }
  );

  it('does not know other keys', () => {
    expect(press('x')).toBeNull();
    expect(press('Escape')).toBeNull();
  });
});

describe('commandOf', () => {
  const at = (status: typeof emptySnapshot.status) => ({ ...emptySnapshot, status });

  it('pauses what runs and resumes what is paused', () => {
    expect(commandOf('pause', at('running'))).toEqual({ type: 'pause' });
    expect(commandOf('pause', at('paused'))).toEqual({ type: 'resume' });
    expect(commandOf('pause', at('completed'))).toBeNull();
  });

  it('steps and runs only from a pause', () => {
    expect(commandOf('step', at('paused'))).toEqual({ type: 'step' });
    expect(commandOf('run', at('paused'))).toEqual({ type: 'run' });
    expect(commandOf('step', at('running'))).toBeNull();
    expect(commandOf('run', at('opening'))).toBeNull();
  });
});
