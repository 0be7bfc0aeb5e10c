import { InquiryError } from './inquiries';

/** What comes in parts, one after another, until it is whole or stopped. */
export class Parts<T> {
  #list = $state.raw<readonly T[]>([]);
  #whole = $state(0);
  #isComing = $state(false);
  #refusal = $state<string | null>(null);
  /** Counts the gatherings: what comes for an older one is dropped. */
  #gathering = 0;

  /** As far as it has come. */
  get list(): readonly T[] {
    return this.#list;
  }

  /** How many there will be. */
  get whole(): number {
    return this.#whole;
  }

  get isComing(): boolean {
    return this.#isComing;
  }

  get isWhole(): boolean {
    return this.#whole > 0 && this.#list.length >= this.#whole;
  }

  /** Why the rest does not come, in a sentence. */
  get refusal(): string | null {
    return this.#refusal;
  }

  /**
   * Goes on with what has come until there are `whole`; true when there are.
   * @param next those from so-many on, at least one
   */
  async gather(whole: number, next: (from: number) => Promise<readonly T[]>): Promise<boolean> {
    const gathering = ++this.#gathering;
    this.#whole = whole;
    this.#list = this.#list.slice(0, whole);
    this.#isComing = true;
    this.#refusal = null;
    while (gathering === this.#gathering && this.#list.length < whole) {
      const more = await this.#take(gathering, next);
      if (gathering === this.#gathering) this.#list = [...this.#list, ...more];
    }
    if (gathering !== this.#gathering) return false;
    this.#isComing = false;
    return true;
  }

  /** What has come stays. */
  stop(): void {
    this.#gathering += 1;
    this.#isComing = false;
  }

  clear(): void {
    this.stop();
    this.#list = [];
    this.#whole = 0;
    this.#refusal = null;
  }

  /** A part; none, and no more, if it is refused. One that gave way to newer questions is asked for again. */
  async #take(
    gathering: number,
    next: (from: number) => Promise<readonly T[]>
  ): Promise<readonly T[]> {
    try {
      return await next(this.#list.length);
    } catch (error) {
      if (gathering !== this.#gathering) return [];
      if (error instanceof InquiryError && error.superseded) return [];
      this.stop();
      this.#refusal = (error as Error).message;
      return [];
    }
  }
}

/** Whether steps that were trained again are those of a run. @param losses of its steps, step s at [s − 1] */
export function areOf(
  steps: readonly { readonly step: number; readonly loss: number }[],
  losses: readonly number[]
): boolean {
  return steps.every(({ step, loss }) => Object.is(losses[step - 1], loss));
}
