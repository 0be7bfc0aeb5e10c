import type { Found, FromTask, Job, TaskKind, Told } from '../run/checks/tasks';
import type { StepSetup } from '../run/checks/stepSetup';
import { SoleWorker } from './soleWorker';

/** Gives what a task needs of the step that is open; rejects with a sentence. */
export type SetupSource = () => Promise<StepSetup>;

/** One kind of task on an opened step: the newest one asked for, in a worker of its own, and what it has found. */
export class StepTask<K extends TaskKind> {
  readonly #kind: K;
  readonly #setup: SetupSource;
  #found = $state.raw<readonly Found<K>[]>([]);
  #told = $state.raw<Told<K> | null>(null);
  #isRunning = $state(false);
  #isDone = $state(false);
  #ms = $state(0);
  #error = $state<string | null>(null);
  readonly #worker = new SoleWorker<FromTask>(
    () => new Worker(new URL('../run/checks/taskWorker.ts', import.meta.url), { type: 'module' }),
    (message) => this.#take(message),
    (error) => this.#fail(error)
  );
  /** Counts the beginnings: what belongs to an older one is dropped. */
  #begun = 0;
  #beganAt = 0;

  constructor(kind: K, setup: SetupSource) {
    this.#kind = kind;
    this.#setup = setup;
  }

  /** In the order found. */
  get found(): readonly Found<K>[] {
    return this.#found;
  }

  /** What the task was told; null before the first. */
  get told(): Told<K> | null {
    return this.#told;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Whether all is found that there is; false after a cancel. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Milliseconds from the beginning to the newest finding. */
  get ms(): number {
    return this.#ms;
  }

  /** Why it gave up, in a sentence. */
  get error(): string | null {
    return this.#error;
  }

  /** Forgets what was found and begins anew. @param bug planted in the copy that is checked */
  async start(told: Told<K>, bug: string | null = null): Promise<void> {
    this.forget();
    const begun = this.#begun;
    this.#told = told;
    this.#isRunning = true;
    try {
      const setup = await this.#setup();
      if (begun === this.#begun) this.#employ({ kind: this.#kind, setup, told, bug });
    } catch (error) {
      if (begun === this.#begun) this.#fail((error as Error).message);
    }
  }

  /** Ends it at once; what was found stays. */
  cancel(): void {
    this.#begun += 1;
    this.#worker.dismiss();
    this.#isRunning = false;
  }

  /** Ends it and forgets what was found. */
  forget(): void {
    this.cancel();
    this.#found = [];
    this.#told = null;
    this.#isDone = false;
    this.#ms = 0;
    this.#error = null;
  }

  #employ(job: Job<K>): void {
    this.#beganAt = performance.now();
    this.#worker.send(job);
  }

  #take(message: FromTask): void {
    switch (message.type) {
      case 'found':
        // A worker finds what its task is about.
        this.#found = [...this.#found, ...(message.found as readonly Found<K>[])];
        this.#ms = performance.now() - this.#beganAt;
        break;
      case 'done':
        this.cancel();
        this.#isDone = true;
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
