import { expect, it } from 'vitest';
import { Notices } from '../../src/lib/state/notices.svelte';

it('keeps each sentence once, until it is dismissed', () => {
  const notices = new Notices();
  notices.say('a');
  notices.say('b');
  notices.say('a');
  expect(notices.list.map(({ text }) => text)).toEqual(['a', 'b']);
  notices.dismiss(notices.list[0]);
  expect(notices.list.map(({ text }) => text)).toEqual(['b']);
  notices.say('a');
  expect(notices.list.map(({ text }) => text)).toEqual(['b', 'a']);
  expect(new Set(notices.list.map(({ id }) => id)).size).toBe(2);
});
