/// <reference lib="webworker" />
import { ShardSummer, viewShared } from '../engine/simd/crew';
import { buildProgram } from '../engine/program';
import type { FromShardWorker, ShardOpening, ToShardWorker } from './shardMessages';

declare const self: DedicatedWorkerGlobalScope;

let opened: Promise<ShardSummer>;

self.addEventListener('message', async ({ data: message }: MessageEvent<ToShardWorker>) => {
  if (message.type === 'open') opened = open(message);
  else tell((await opened).sum(message));
});
// Whoever asked is told, and goes on without.
self.addEventListener('unhandledrejection', ({ reason }) => {
  throw reason;
});

function open({ config, module, memory }: ShardOpening): Promise<ShardSummer> {
  const program = buildProgram(config);
  return ShardSummer.open(module, program, memory && viewShared(program, memory));
}

function tell(sums: FromShardWorker): void {
  self.postMessage(sums, sums.gradients?.map(({ buffer }) => buffer) ?? []);
}
