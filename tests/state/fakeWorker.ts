import { vi } from 'vitest';
import { Engines } from '../../src/lib/run/engines';
import type { Command, FromWorker, RunEvent, ToWorker } from '../../src/lib/run/protocol';
import { WorkerRun } from '../../src/lib/run/workerRun';

/** A worker whose side of the talk a test plays. */
export class FakeWorker {
  static all: FakeWorker[] = [];
  readonly received: ToWorker[] = [];
  isTerminated = false;
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message?: string; preventDefault(): void }) => void) | null = null;
  onmessageerror: (() => void) | null = null;

  constructor() {
    FakeWorker.all.push(this);
  }

  postMessage(message: ToWorker): void {
    this.received.push(structuredClone(message));
  }

  terminate(): void {
    this.isTerminated = true;
  }

  send(message: FromWorker): void {
    this.onmessage?.({ data: message });
  }

  tell(...events: RunEvent[]): void {
    this.send({ type: 'events', events });
  }

  break(message?: string): void {
    this.onerror?.({ message, preventDefault: () => {} });
  }

  get commands(): Command[] {
    return this.received.flatMap((message) =>
      message.type === 'command' ? [message.command] : []
    );
  }
}

/** A worker that trains for real, in the test's own thread. */
export class TrainingWorker extends FakeWorker {
  readonly #run = new WorkerRun(
    {
      ...hostEngines(),
      now: () => performance.now(),
      breathe: () => new Promise((resolve) => setImmediate(resolve)),
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms))
    },
    (message) => this.send(structuredClone(message))
  );

  override postMessage(message: ToWorker): void {
    super.postMessage(message);
    this.#run.receive(message);
  }
}

function hostEngines() {
  const engines = new Engines(undefined, () => performance.now());
  return {
    open: engines.open.bind(engines),
    autoEngine: () => engines.auto()
  };
}

/** Lets pages open workers of that kind; forgets those of earlier tests. */
export function stubWorker(kind: typeof FakeWorker = FakeWorker): void {
  FakeWorker.all = [];
  vi.stubGlobal('Worker', kind);
}
