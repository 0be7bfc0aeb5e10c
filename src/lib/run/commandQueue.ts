import type { Command } from './protocol';

/** Commands on their way to a run, in the order in which they were given. */
export class CommandQueue {
  readonly #commands: Command[] = [];
  #arrival: Promise<void> | null = null;
  #announce: () => void = () => {};

  push(command: Command): void {
    this.#commands.push(command);
    this.#announce();
    this.#arrival = null;
  }

  /** The oldest command, which leaves the queue; undefined if there is none. */
  take(): Command | undefined {
    return this.#commands.shift();
  }

  /** Resolves as soon as there is a command to take. */
  arrival(): Promise<void> {
    if (this.#commands.length > 0) return Promise.resolve();
    this.#arrival ??= new Promise((resolve) => (this.#announce = resolve));
    return this.#arrival;
  }
}
