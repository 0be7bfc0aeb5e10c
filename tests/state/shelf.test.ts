import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Shelf } from '../../src/lib/state/shelf';

const store = vi.hoisted(() => ({ kept: new Map<string, unknown>(), answers: true }));

vi.mock('idb-keyval', () => {
  const answer = <T>(body: () => T) =>
    store.answers ? Promise.resolve().then(body) : new Promise<T>(() => {});
  return {
    createStore: () => 'a store',
    entries: () => answer(() => [...store.kept]),
    set: (id: string, value: unknown) => answer(() => void store.kept.set(id, value)),
    del: (id: string) => answer(() => void store.kept.delete(id))
  };
});

const text = { id: 'upload:1', title: 'A', text: 'a' };

beforeEach(() => {
  store.kept.clear();
  store.answers = true;
});

describe('Shelf', () => {
  it('gives back what was put, until it is removed', async () => {
    await new Shelf().put(text);
    await new Shelf().put({ ...text, id: 'upload:2' });
    expect(await new Shelf().all()).toEqual([text, { ...text, id: 'upload:2' }]);
    await new Shelf().remove('upload:1');
    expect(await new Shelf().all()).toEqual([{ ...text, id: 'upload:2' }]);
  });

  it('passes over what is not a text', async () => {
    for (const value of [null, 3, { id: 'x' }, { ...text, text: 5 }]) {
      store.kept.set(JSON.stringify(value), value);
    }
    store.kept.set('upload:1', text);
    expect(await new Shelf().all()).toEqual([text]);
  });

  it('gives up a store that does not answer', async () => {
    vi.useFakeTimers();
    store.answers = false;
    const refused = expect(new Shelf().all()).rejects.toThrow('no answer in 4 s');
    await vi.advanceTimersByTimeAsync(4000);
    await refused;
    vi.useRealTimers();
  });
});
