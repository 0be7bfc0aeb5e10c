import { setImmediate, setTimeout } from 'node:timers/promises';
import { Engines } from '../lib/run/engines';
import type { TrainerHost } from '../lib/run/host';
import { openDawn } from './dawn';

/** A run's host in Node; Dawn is loaded when the GPU is first asked for. */
export function nodeHost(watchesEveryStep: boolean, say: (sentence: string) => void): TrainerHost {
  const now = () => performance.now();
  const cpu = new Engines(undefined, now);
  let all: Promise<Engines> | undefined;
  const engines = () => (all ??= openDawn(say).then((gpu) => new Engines(gpu, now)));
  return {
    open: async (name, program, adam) =>
      (name === 'gpu' ? await engines() : cpu).open(name, program, adam),
    autoEngine: async () => (await engines()).auto(),
    now,
    breathe: () => setImmediate(),
    wait: (ms) => setTimeout(ms),
    wantsFrame: () => watchesEveryStep,
    watchesEveryStep
  };
}
