import type { CheckResult } from '../run/operationChecks';
import type { FromChecks } from '../run/operationChecksWorker';
import { SoleWorker } from './soleWorker';

/** Checks of operations in a worker of their own: what has been asked for and what has been found. */
export class OperationChecks {
  #results = $state.raw<readonly CheckResult[]>([]);
  #waiting = $state.raw<readonly string[]>([]);
  #error = $state<string | null>(null);
  readonly #worker = new SoleWorker<FromChecks>(
    () =>
      new Worker(new URL('../run/operationChecksWorker.ts', import.meta.url), { type: 'module' }),
    (message) => this.#take(message),
    (error) => this.#fail(error)
  );

  /** Of every operation checked, in the order found. */
  get results(): readonly CheckResult[] {
    return this.#results;
  }

  /** Names of operations whose checks are not done; the first is at work. */
  get waiting(): readonly string[] {
    return this.#waiting;
  }

  /** Why the worker gave up; null while it has not. */
  get error(): string | null {
    return this.#error;
  }

  /** Checks operations anew, after those that wait. */
  check(names: readonly string[]): void {
    const added = names.filter((name) => !this.#waiting.includes(name));
    this.#error = null;
    this.#results = this.#results.filter(({ operation }) => !added.includes(operation));
    this.#waiting = [...this.#waiting, ...added];
    for (const name of added) this.#worker.send(name);
  }

  /** Ends the checks at once; what was found stays. */
  cancel(): void {
    this.#worker.dismiss();
    this.#waiting = [];
  }

  #take(message: FromChecks): void {
    switch (message.type) {
      case 'result':
        this.#results = [...this.#results, message.result];
        break;
      case 'done':
        this.#waiting = this.#waiting.filter((name) => name !== message.operation);
        break;
      case 'failed':
        this.#fail(message.error);
    }
  }

  #fail(error: string): void {
    this.cancel();
    this.#error = error;
  }
}
