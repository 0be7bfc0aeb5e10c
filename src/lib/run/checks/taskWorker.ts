/// <reference lib="webworker" />
import { Engines } from '../engines';
import { performTask } from './performTask';
import type { Found, FromTask, Job } from './tasks';

declare const self: DedicatedWorkerGlobalScope;

/** Milliseconds between two messages: findings in between go together. */
const POST_INTERVAL = 50;

const now = () => performance.now();
const engines = new Engines(self.navigator.gpu, now);
const post = (message: FromTask) => self.postMessage(message);

async function perform(job: Job): Promise<void> {
  let waiting: Found[] = [];
  let postedAt = -Infinity;
  const place = { open: engines.open.bind(engines), now };
  for await (const found of performTask(job, place)) {
    waiting.push(found);
    if (now() - postedAt < POST_INTERVAL) continue;
    post({ type: 'found', found: waiting });
    [waiting, postedAt] = [[], now()];
  }
  post({ type: 'found', found: waiting });
  post({ type: 'done' });
}

/** Does the one task that it is sent; to cancel is to end the worker. */
self.addEventListener('message', ({ data: job }: MessageEvent<Job>) => {
  perform(job).catch((error: Error) => post({ type: 'failed', error: error.message }));
});
