/// <reference lib="webworker" />
import { ShardSummer, viewShared } from '../engine/simd/crew';
import { buildProgram } from '../engine/program';
import type { FromShardWorker, ShardOpening, ToShardWorker } from './shardMessages';

declare const self: DedicatedWorkerGlobalScope;

let opened: Promise<ShardSummer>;

self.addEventListener('message', ({ data: message }: MessageEvent<ToShardWorker>) => {
  if (message.type === 'open') opened = open(message);
  else void opened.then((summer) => tell(summer.sum(message)));
});
// As an error of the worker, it reaches whoever asked, who goes on alone.
self.addEventListener('unhandledrejection', ({ reason }) => {
  throw reason instanceof Error ? reason : new Error(String(reason));
});

function open({ config, module, memory }: ShardOpening): Promise<ShardSummer> {
  const program = buildProgram(config);
  return ShardSummer.open(module, program, memory && viewShared(program, memory));
}

function tell(sums: FromShardWorker): void {
  self.postMessage(sums, sums.gradients?.map(({ buffer }) => buffer) ?? []);
}
