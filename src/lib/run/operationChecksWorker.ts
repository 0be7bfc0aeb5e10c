/// <reference lib="webworker" />
import { openDevice, type Device } from '../engine/gpu/device';
import { operations, type OperationName } from '../engine/ops/index';
import { checkOperation, type CheckHost, type CheckResult } from './operationChecks';

declare const self: DedicatedWorkerGlobalScope;

/** What the worker tells: each result, then that an operation's checks are done. */
export type FromChecks =
  | { readonly type: 'result'; readonly result: CheckResult }
  | { readonly type: 'done'; readonly operation: OperationName }
  | { readonly type: 'failed'; readonly error: string };

let opened: Promise<Device | string> | undefined;
let last = Promise.resolve();

const host: CheckHost = {
  now: () => performance.now(),
  device: () => (opened ??= openDevice(self.navigator.gpu).catch(({ message }: Error) => message))
};

const post = (message: FromChecks) => self.postMessage(message);

async function check(name: OperationName): Promise<void> {
  for await (const result of checkOperation(operations[name], host)) {
    post({ type: 'result', result });
  }
  post({ type: 'done', operation: name });
}

/** Takes names of operations and checks one after the other; to cancel is to end the worker. */
self.addEventListener('message', ({ data: name }: MessageEvent<OperationName>) => {
  last = last
    .then(() => check(name))
    .catch((error) => post({ type: 'failed', error: String(error) }));
});
