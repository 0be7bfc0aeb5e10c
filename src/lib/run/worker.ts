/// <reference lib="webworker" />
import { Engines } from './engines';
import { macrotasks } from './macrotask';
import type { ToWorker } from './protocol';
import { WorkerRun } from './workerRun';

declare const self: DedicatedWorkerGlobalScope;

const now = () => performance.now();
const engines = new Engines(self.navigator.gpu, now, self.navigator.hardwareConcurrency);

const run = new WorkerRun(
  {
    open: (engine, program, adam) => engines.open(engine, program, adam),
    autoEngine: () => engines.auto(),
    now,
    breathe: macrotasks(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  },
  (message, transfer) => self.postMessage(message, transfer)
);

self.addEventListener('message', ({ data: message }: MessageEvent<ToWorker>) =>
  run.receive(message)
);
self.addEventListener('error', ({ message }) => run.fail(message));
self.addEventListener('unhandledrejection', ({ reason }) => run.fail(String(reason)));
