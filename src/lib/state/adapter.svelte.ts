import { findAdapter, type FoundAdapter } from '../run/adapter';

export type AdapterKind = 'unknown' | 'hardware' | 'software' | 'none';

/** Whether this browser has a GPU for us. */
export class Adapter {
  #kind = $state<AdapterKind>('unknown');
  #name = $state('');
  #reason = $state('');

  get kind(): AdapterKind {
    return this.#kind;
  }

  /** The adapter's name; empty if there is none. */
  get name(): string {
    return this.#name;
  }

  /** What it means for the reader, in one sentence. */
  get sentence(): string {
    return sentences[this.#kind](this.#name, this.#reason);
  }

  /** Asks the browser; called once by the page. */
  async probe(find: () => Promise<FoundAdapter> = () => findAdapter(navigator.gpu)): Promise<void> {
    try {
      const { name, software } = await find();
      this.#name = name;
      this.#kind = software ? 'software' : 'hardware';
    } catch (error) {
      this.#reason = error instanceof Error ? error.message : String(error);
      this.#kind = 'none';
    }
  }
}

const sentences: Readonly<Record<AdapterKind, (name: string, reason: string) => string>> = {
  unknown: () => 'Looking for a GPU.',
  hardware: (name) => `WebGPU computes on ${name}.`,
  software: (name) =>
    `WebGPU has no GPU here, only ${name}, which the CPU plays; so auto takes the CPU.`,
  none: (_, reason) => `The CPU computes, because there is no GPU to use (${reason}).`
};
