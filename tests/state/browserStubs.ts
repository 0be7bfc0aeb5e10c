import { vi } from 'vitest';
import type { KeptText, Shelf } from '../../src/lib/state/shelf';

/** A localStorage over a map; `refuse` makes every call throw, as a browser that keeps nothing does. */
export function stubLocalStorage({ refuse = false } = {}): Map<string, string> {
  const kept = new Map<string, string>();
  const guard = () => {
    if (refuse) throw new DOMException('denied', 'SecurityError');
  };
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => (guard(), kept.get(key) ?? null),
    setItem: (key: string, text: string) => (guard(), kept.set(key, text))
  });
  return kept;
}

/** A shelf in memory; two pages of one browser share its texts. */
export class MemoryShelf implements Pick<Shelf, 'all' | 'put' | 'remove'> {
  readonly texts: Map<string, unknown>;
  /** Why it refuses; null while it works. */
  refusal: Error | null = null;

  constructor(texts = new Map<string, unknown>()) {
    this.texts = texts;
  }

  async all(): Promise<KeptText[]> {
    this.#guard();
    return [...this.texts.values()] as KeptText[];
  }

  async put(text: KeptText): Promise<void> {
    this.#guard();
    this.texts.set(text.id, text);
  }

  async remove(id: string): Promise<void> {
    this.#guard();
    this.texts.delete(id);
  }

  #guard(): void {
    if (this.refusal) throw this.refusal;
  }
}
