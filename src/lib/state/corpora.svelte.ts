import { buildCorpus, CorpusError, readUpload, uploadLimits, type Corpus } from '../run/corpus';
import { packById, type Pack } from '../run/packs';
import { SettingsError } from '../run/settings';
import { Names, type NamesState } from './names.svelte';
import { Shelf, type Keeper, type KeptText } from './shelf';

/** The packs' files, each loaded when it is first asked for. */
const files = import.meta.glob<string>('../../../packs/*.txt', {
  query: '?raw',
  import: 'default'
});

/** Every text that can be learned: packs, the names, and the reader's own. Nothing leaves the browser. */
export class Corpora {
  readonly #names = new Names();
  readonly #shelf: Keeper;
  readonly #known = new Map<string, Corpus>();
  #uploads = $state.raw<readonly Corpus[]>([]);
  #notKept = $state<string | null>(null);
  #restored: Promise<void> | null = null;

  constructor(shelf: Keeper = new Shelf()) {
    this.#shelf = shelf;
  }

  get names(): NamesState {
    return this.#names.state;
  }

  /** The reader's own texts, in the order in which they came. */
  get uploads(): readonly Corpus[] {
    return this.#uploads;
  }

  /** Why something is not kept over a reload, in a sentence; null while all is kept. */
  get notKept(): string | null {
    return this.#notKept;
  }

  /** Reads what was kept in this browser, once. */
  restore(): Promise<void> {
    this.#restored ??= this.#restore();
    return this.#restored;
  }

  /** The text of a pack or an upload. Throws a sentence if there is none of that id, or its file does not load. */
  async corpus(id: string): Promise<Corpus> {
    const pack = packById(id);
    if (!pack || id === 'names') await this.restore();
    if (pack) return this.#packCorpus(pack);
    const upload = this.#uploads.find((candidate) => candidate.id === id);
    if (upload) return upload;
    throw new SettingsError(`pack: needs a text that this browser keeps, got ${id}`);
  }

  /** Takes a file. Throws CorpusError with the rule that it breaks. */
  async add(file: File): Promise<Corpus> {
    await this.restore();
    const corpus = readUpload(await bytesOf(file), file.name);
    const { id, title, text } = corpus;
    this.#uploads = [...this.#uploads.filter((upload) => upload.id !== id), corpus];
    await this.#keep({ id, title, text });
    return corpus;
  }

  /** Forgets an upload. */
  async remove(id: string): Promise<void> {
    this.#uploads = this.#uploads.filter((upload) => upload.id !== id);
    await this.#shelf.remove(id).catch((error: unknown) => {
      this.#notKept = `store: needs to forget a text, got ${reason(error)}; it may be there again after a reload`;
    });
  }

  /** Downloads the whole text of `names`; true when it has come. */
  async fetchNames(): Promise<boolean> {
    if (!(await this.#names.download())) return false;
    this.#known.delete('names');
    await this.#keep({ id: 'names', title: packById('names')!.title, text: this.#names.text! });
    return true;
  }

  stopFetching(): void {
    this.#names.stop();
  }

  async #restore(): Promise<void> {
    try {
      for (const kept of await this.#shelf.all()) this.#putBack(kept);
    } catch (error) {
      this.#notKept = `store: needs this browser's leave, got ${reason(error)}; texts are not kept over a reload`;
    }
  }

  /** A kept text that is not what its id says is left where it is, unused. */
  #putBack({ id, title, text }: KeptText): void {
    if (id === 'names') {
      this.#names.take(text);
      return;
    }
    const corpus = buildCorpus(id, title, text);
    if (id === `upload:${corpus.hash.slice(0, 12)}`) this.#uploads = [...this.#uploads, corpus];
  }

  async #packCorpus(pack: Pack): Promise<Corpus> {
    const known = this.#known.get(pack.id);
    if (known) return known;
    const fetched = pack.id === 'names' ? this.#names.text : null;
    const corpus = buildCorpus(pack.id, pack.title, fetched ?? (await packText(pack)));
    this.#known.set(pack.id, corpus);
    return corpus;
  }

  async #keep(text: KeptText): Promise<void> {
    try {
      await this.#shelf.put(text);
      this.#notKept = null;
    } catch (error) {
      this.#notKept = `store: needs room for “${text.title}”, got ${reason(error)}; it is not kept over a reload`;
    }
  }
}

/** A pack's file; it fails where the page is older than what the server now holds, or offline. */
async function packText({ id, file }: Pack): Promise<string> {
  try {
    return await files[`../../../packs/${file}`]();
  } catch (error) {
    const got = `${reason(error)}; reload the page`;
    throw new Error(`pack ${id}: needs its file ${file}, got ${got}`, { cause: error });
  }
}

/** A file's bytes; one that is far too long is refused before it is read. */
async function bytesOf(file: File): Promise<Uint8Array> {
  const { bytes: limit } = uploadLimits;
  if (file.size > limit) {
    throw new CorpusError(
      'bytes',
      `upload: needs at most ${limit} bytes (${limit / 1024} KiB), got ${file.size}`
    );
  }
  return new Uint8Array(await file.arrayBuffer());
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
