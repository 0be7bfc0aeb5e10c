import type { TensorName, TensorReading } from '../run/questions';

/** Fetches numbers; null if they are refused, or nobody waits for them any more. */
type Fetch = (tensors: readonly TensorName[]) => Promise<readonly TensorReading[] | null>;

/** The numbers of an opened step: those of the tensors that are in sight, and those fetched before. */
export class Readings {
  readonly #keyOf: (name: TensorName) => string | null;
  readonly #fetch: Fetch;
  readonly #watchers = new Map<string, { readonly name: TensorName; count: number }>();
  #readings = $state.raw<ReadonlyMap<string, TensorReading>>(new Map());
  #isScheduled = false;

  /** @param keyOf one string for the same numbers; null where there are none yet */
  constructor(keyOf: (name: TensorName) => string | null, fetch: Fetch) {
    this.#keyOf = keyOf;
    this.#fetch = fetch;
  }

  /** Keeps the numbers of a tensor at hand until what is returned is called. */
  watch(name: TensorName): () => void {
    const id = `${name.tensor} ${name.reading}`;
    const watcher = this.#watchers.get(id) ?? { name, count: 0 };
    watcher.count += 1;
    this.#watchers.set(id, watcher);
    void this.#schedule();
    return () => {
      watcher.count -= 1;
      if (watcher.count === 0) this.#watchers.delete(id);
    };
  }

  /** Undefined while they are not here. */
  get(name: TensorName): TensorReading | undefined {
    const key = this.#keyOf(name);
    return key === null ? undefined : this.#readings.get(key);
  }

  /** Fetches what is in sight, and more, where it is not here. */
  async refresh(more: readonly TensorName[] = []): Promise<void> {
    const missing = new Map<string, TensorName>();
    for (const name of [...this.#inSight(), ...more]) {
      const key = this.#keyOf(name);
      if (key !== null && !this.#readings.has(key)) missing.set(key, name);
    }
    if (missing.size === 0) return;
    const readings = await this.#fetch([...missing.values()]);
    if (!readings) return;
    const keys = [...missing.keys()];
    this.#readings = new Map([
      ...this.#readings,
      ...readings.map((reading, i) => [keys[i], reading] as const)
    ]);
  }

  clear(): void {
    this.#readings = new Map();
  }

  #inSight(): TensorName[] {
    return [...this.#watchers.values()].map(({ name }) => name);
  }

  /** All that comes into sight at once is fetched at once. */
  async #schedule(): Promise<void> {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    await Promise.resolve();
    this.#isScheduled = false;
    await this.refresh();
  }
}
