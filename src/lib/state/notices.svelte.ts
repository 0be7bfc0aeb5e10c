export interface Notice {
  readonly id: number;
  readonly text: string;
}

/** Sentences that the reader should see until they dismiss them, oldest first. */
export class Notices {
  #list = $state.raw<readonly Notice[]>([]);
  #said = 0;

  get list(): readonly Notice[] {
    return this.#list;
  }

  /** A sentence that already stands there is not said twice. */
  say(text: string): void {
    if (this.#list.some((notice) => notice.text === text)) return;
    this.#said += 1;
    this.#list = [...this.#list, { id: this.#said, text }];
  }

  dismiss({ id }: Notice): void {
    this.#list = this.#list.filter((notice) => notice.id !== id);
  }
}
