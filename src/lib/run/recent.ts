/** What was looked at last, and no more of it than `most`. */
export class Recent<T> {
  readonly #most: number;
  /** The one looked at last at the end. */
  readonly #kept = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  /** What is kept under a name, if it is enough; or else made now. */
  async get(name: string, make: () => Promise<T>, isEnough = (_: T) => true): Promise<T> {
    const kept = this.#kept.get(name);
    const found = kept !== undefined && isEnough(kept) ? kept : await make();
    this.#kept.delete(name);
    this.#kept.set(name, found);
    if (this.#kept.size > this.#most) this.#kept.delete(this.#kept.keys().next().value!);
    return found;
  }

  clear(): void {
    this.#kept.clear();
  }
}
