import type { CheckResult } from '../run/operationChecks';
import type { FromChecks } from '../run/operationChecksWorker';

/** Checks of operations in a worker of their own: what has been asked for and what has been found. */
export class OperationChecks {
  #results = $state.raw<readonly CheckResult[]>([]);
  #waiting = $state.raw<readonly string[]>([]);
  #error = $state<string | null>(null);
  #worker: Worker | null = null;

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
    this.#worker ??= this.#employ();
    for (const name of added) this.#worker.postMessage(name);
  }

  /** Ends the checks at once; what was found stays. */
  cancel(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#waiting = [];
  }

  #employ(): Worker {
    const worker = new Worker(new URL('../run/operationChecksWorker.ts', import.meta.url), {
      type: 'module'
    });
    worker.onmessage = ({ data: message }: MessageEvent<FromChecks>) => {
      if (worker === this.#worker) this.#take(message);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail(`worker: needs to run, got ${event.message || 'no script; reload the page'}`);
    };
    return worker;
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
