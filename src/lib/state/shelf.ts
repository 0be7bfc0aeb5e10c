import { createStore, del, entries, set, type UseStore } from 'idb-keyval';

/** A text kept in this browser under the id of its corpus. */
export interface KeptText {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** Milliseconds until a browser's store that does not answer is given up. */
const PATIENCE = 4000;

/** Where texts are kept. */
export type Keeper = Pick<Shelf, 'all' | 'put' | 'remove'>;

/** The texts kept in this browser's IndexedDB. Every method rejects with the reason if the store refuses. */
export class Shelf {
  #store: UseStore | null = null;

  /** Every text that is whole; anything else there is left alone. */
  async all(): Promise<KeptText[]> {
    const kept = await answered(entries<string, unknown>(this.#open()));
    return kept.map(([, value]) => value).filter(isKeptText);
  }

  async put(text: KeptText): Promise<void> {
    await answered(set(text.id, text, this.#open()));
  }

  async remove(id: string): Promise<void> {
    await answered(del(id, this.#open()));
  }

  #open(): UseStore {
    this.#store ??= createStore('microgpt-lab', 'texts');
    return this.#store;
  }
}

/** Some browsers leave a request to a broken store unanswered for ever. */
function answered<T>(request: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`no answer in ${PATIENCE / 1000} s`));
    const timer = setTimeout(late, PATIENCE);
    request.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function isKeptText(value: unknown): value is KeptText {
  const { id, title, text } = (value ?? {}) as Partial<KeptText>;
  return [id, title, text].every((part) => typeof part === 'string');
}
