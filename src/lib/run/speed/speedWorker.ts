/// <reference lib="webworker" />
import names from '../../../../packs/names_builtin.txt?raw';
import { findAdapter } from '../adapter';
import { Engines } from '../engines';
import { measureDevice, type SpeedPlace, type Wanted } from './measureDevice';
import type { SpeedPlan } from './speedPlan';
import type { SpeedFinding } from './speedReport';

declare const self: DedicatedWorkerGlobalScope;

/** What the worker sends back: findings, then that there are no more. */
export type FromSpeedWorker =
  | { readonly type: 'found'; readonly finding: SpeedFinding }
  | { readonly type: 'done' }
  | { readonly type: 'failed'; readonly error: string };

const now = () => performance.now();
const { gpu, hardwareConcurrency } = self.navigator;
const post = (message: FromSpeedWorker) => self.postMessage(message);

/** What was opened before, by how many may compute at once. */
const opened = new Map<number, Engines>();

function enginesFor({ workers, isFresh }: Wanted): Engines {
  const known = isFresh ? undefined : opened.get(workers);
  const engines = known ?? new Engines(gpu, now, workers);
  if (!isFresh) opened.set(workers, engines);
  return engines;
}

const place: SpeedPlace = {
  open: (wanted, program, adam) => enginesFor(wanted).open(wanted.engine, program, adam),
  findAdapter: () => findAdapter(gpu),
  now,
  cores: hardwareConcurrency
};

async function measure(plan: SpeedPlan): Promise<void> {
  const docs = names.trim().split(/\r?\n/);
  for await (const finding of measureDevice(plan, place, docs)) post({ type: 'found', finding });
  post({ type: 'done' });
}

/** Measures by the one plan that it is sent; to cancel is to end the worker. */
self.addEventListener('message', ({ data: plan }: MessageEvent<SpeedPlan>) => {
  measure(plan).catch((error: Error) => post({ type: 'failed', error: error.message }));
});
