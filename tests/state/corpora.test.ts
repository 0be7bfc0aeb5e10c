import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { buildCorpus, uploadLimits } from '../../src/lib/run/corpus';
import { packs } from '../../src/lib/run/packs';
import { Corpora } from '../../src/lib/state/corpora.svelte';
import { Names } from '../../src/lib/state/names.svelte';
import { MemoryShelf } from './browserStubs';

const file = (text: string, name = 'mine.txt') => new File([text], name);
const open = (shelf = new MemoryShelf()) => new Corpora(shelf);

afterEach(() => vi.restoreAllMocks());

describe('Corpora', () => {
  it.each(packs.map((pack) => [pack.id, pack] as const))('reads the pack %s', async (id, pack) => {
    const text = readFileSync(`packs/${pack.file}`, 'utf8');
    expect(await open().corpus(id)).toEqual(buildCorpus(id, pack.title, text));
  });

  it('says that it has no text of an id', async () => {
    const missing = open().corpus('upload:0123456789ab');
    await expect(missing).rejects.toThrow(
      'pack: needs a text that this browser keeps, got upload:0123456789ab'
    );
  });

  it('takes a file, lists it, and has it again after a reload', async () => {
    const shelf = new MemoryShelf();
    const corpora = open(shelf);
    const corpus = await corpora.add(file('one\r\ntwo\r\n'));
    expect(corpora.uploads).toEqual([corpus]);
    expect(corpora.notKept).toBeNull();
    const reloaded = open(new MemoryShelf(shelf.texts));
    expect(await reloaded.corpus(corpus.id)).toEqual(corpus);
    expect(reloaded.uploads).toEqual([corpus]);
  });

  it('keeps one of two files with the same text, under the newer name', async () => {
    const corpora = open();
    await corpora.add(file('one', 'a.txt'));
    await corpora.add(file('one\n', 'b.txt'));
    expect(corpora.uploads.map(({ title }) => title)).toEqual(['b.txt']);
  });

  it('forgets an upload, also over a reload', async () => {
    const shelf = new MemoryShelf();
    const corpora = open(shelf);
    const { id } = await corpora.add(file('one'));
    await corpora.remove(id);
    expect(corpora.uploads).toEqual([]);
    const reloaded = open(shelf);
    await reloaded.restore();
    expect(reloaded.uploads).toEqual([]);
  });

  it('refuses a file that breaks a rule, and changes nothing', async () => {
    const shelf = new MemoryShelf();
    const corpora = open(shelf);
    await expect(corpora.add(file('a', 'a.csv'))).rejects.toMatchObject({ rule: 'name' });
    expect(corpora.uploads).toEqual([]);
    expect(shelf.texts.size).toBe(0);
  });

  it('refuses a file that is far too long without reading it', async () => {
    const huge = file('x'.repeat(uploadLimits.bytes + 1));
    const read = vi.spyOn(huge, 'arrayBuffer');
    await expect(open().add(huge)).rejects.toMatchObject({
      rule: 'bytes',
      message: 'upload: needs at most 204800 bytes (200 KiB), got 204801'
    });
    expect(read).not.toHaveBeenCalled();
  });

  it('goes on without a store that refuses, and says what is not kept', async () => {
    const shelf = new MemoryShelf();
    shelf.refusal = new DOMException('quota exceeded', 'QuotaExceededError');
    const corpora = open(shelf);
    await corpora.restore();
    expect(corpora.notKept).toBe(
      "store: needs this browser's leave, got quota exceeded; texts are not kept over a reload"
    );
    const corpus = await corpora.add(file('one'));
    expect(corpora.notKept).toBe(
      'store: needs room for “mine.txt”, got quota exceeded; it is not kept over a reload'
    );
    expect(await corpora.corpus(corpus.id)).toEqual(corpus);
    shelf.refusal = null;
    await corpora.add(file('two'));
    expect(corpora.notKept).toBeNull();
  });

  it('does not use a kept text that is not what its id says', async () => {
    const { id, title, text } = await open().add(file('one'));
    const texts = new Map([[id, { id, title, text: `${text} edited` }]]);
    const corpora = open(new MemoryShelf(texts));
    await corpora.restore();
    expect(corpora.uploads).toEqual([]);
  });

  it('does not take other kept names for the published ones', async () => {
    const texts = new Map([['names', { id: 'names', title: 'Names', text: 'eve' }]]);
    const corpora = open(new MemoryShelf(texts));
    expect((await corpora.corpus('names')).docs).not.toContain('eve');
    expect(corpora.names.source).toBe('built-in');
  });

  it('gives the fetched names from then on, and keeps them', async () => {
    const shelf = new MemoryShelf();
    const corpora = open(shelf);
    const builtIn = await corpora.corpus('names');
    const download = vi.spyOn(Names.prototype, 'download').mockResolvedValue(false);
    expect(await corpora.fetchNames()).toBe(false);
    expect(await corpora.corpus('names')).toBe(builtIn);
    download.mockResolvedValue(true);
    vi.spyOn(Names.prototype, 'text', 'get').mockReturnValue('emma\nolivia');
    expect(await corpora.fetchNames()).toBe(true);
    expect((await corpora.corpus('names')).docs).toEqual(['emma', 'olivia']);
    expect(shelf.texts.get('names')).toEqual({
      id: 'names',
      title: 'Names',
      text: 'emma\nolivia'
    });
  });

  it('reads packs while the store does not answer', async () => {
    const shelf = new MemoryShelf();
    shelf.all = () => new Promise(() => {});
    expect((await open(shelf).corpus('json')).docs).toHaveLength(60);
  });
});
