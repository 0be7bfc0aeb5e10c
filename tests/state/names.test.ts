import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Names, publishedNames } from '../../src/lib/state/names.svelte';

/** Stands in for the published text: the real one is not needed to be told from another. */
const published = vi.hoisted(() => 'emma\nolivia\nzoë');

vi.mock('../../src/lib/run/corpus', async (original) => ({
  ...(await original<object>()),
  buildCorpus: (_id: string, _title: string, text: string) => ({
    hash: text === published ? publishedNames.hash : 'another'
  })
}));

const start = 'names: needs the published list from raw.githubusercontent.com, got';
const end = 'the built-in list stays in use';

/** Answers every fetch with those chunks; `hang` keeps the last one back. */
function stubFetch(chunks: Uint8Array[], { status = 200, hang = false } = {}) {
  const fetched = vi.fn(async (_address: string, { signal }: RequestInit) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        chunks.forEach((chunk) => controller.enqueue(chunk));
        signal!.addEventListener('abort', () => controller.error(signal!.reason));
        if (!hang) controller.close();
      }
    });
    return new Response(body, { status });
  });
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

const bytes = new TextEncoder().encode(published);

beforeEach(() => vi.useRealTimers());
afterEach(() => vi.unstubAllGlobals());

describe('Names', () => {
  it('begins with the built-in list', () => {
    expect(new Names().text).toBeNull();
    expect(new Names().state).toEqual({
      source: 'built-in',
      fetching: false,
      received: 0,
      total: 228_145,
      error: null
    });
  });

  it('fetches the published text, in whatever pieces it comes', async () => {
    const fetched = stubFetch([...bytes].map((byte) => Uint8Array.of(byte)));
    const names = new Names();
    expect(await names.download()).toBe(true);
    expect(names.text).toBe(published);
    expect(names.state).toMatchObject({ source: 'fetched', received: bytes.length, error: null });
    expect(fetched.mock.calls[0][0]).toBe(publishedNames.address);
  });

  it('tells how far it is', async () => {
    stubFetch([bytes.slice(0, 5)], { hang: true });
    const names = new Names();
    const download = names.download();
    await vi.waitFor(() => expect(names.state).toMatchObject({ fetching: true, received: 5 }));
    names.stop();
    expect(await download).toBe(false);
  });

  it('does not begin a second download while one runs', async () => {
    const fetched = stubFetch([bytes]);
    const names = new Names();
    const both = await Promise.all([names.download(), names.download()]);
    expect(both).toEqual([true, false]);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it('can be stopped, without a word, and begun again', async () => {
    stubFetch([], { hang: true });
    const names = new Names();
    const download = names.download();
    names.stop();
    expect(await download).toBe(false);
    expect(names.state).toMatchObject({ source: 'built-in', fetching: false, error: null });
    stubFetch([bytes]);
    expect(await names.download()).toBe(true);
  });

  it('gives up after half a minute', async () => {
    vi.useFakeTimers();
    stubFetch([bytes.slice(0, 5)], { hang: true });
    const names = new Names();
    const download = names.download();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await download).toBe(false);
    expect(names.state.error).toBe(`${start} no more after 30 s; ${end}`);
  });

  it('says that there is no connection', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    const names = new Names();
    expect(await names.download()).toBe(false);
    expect(names.state).toMatchObject({
      source: 'built-in',
      fetching: false,
      error: `${start} Failed to fetch; ${end}`
    });
  });

  it.each<[string, Uint8Array[], number]>([
    ['HTTP 404', [bytes], 404],
    ['another text', [bytes, bytes], 200],
    ['another text', [], 200],
    ['a longer text', [new Uint8Array(228_146)], 200]
  ])('refuses %s', async (got, chunks, status) => {
    stubFetch(chunks, { status });
    const names = new Names();
    expect(await names.download()).toBe(false);
    expect(names.state).toMatchObject({ source: 'built-in', error: `${start} ${got}; ${end}` });
  });

  it('forgets an error when it tries again', async () => {
    stubFetch([], { status: 500 });
    const names = new Names();
    await names.download();
    stubFetch([bytes]);
    await names.download();
    expect(names.state.error).toBeNull();
  });
});
