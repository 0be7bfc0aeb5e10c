import type { EngineName } from '../src/lib/engine/engine';
import { Engines } from '../src/lib/run/engines';
import { asPeer, Contestant } from './measure';
import type { OpenPeer, Peer } from './peers/peer';
import { makeProblem } from './peers/problem';
import { makeWorkload, type Workload, type WorkloadName } from '../src/lib/run/speed/workloads';

/** Of other programs: loaded only when asked for, since they are not part of the lab. */
const libraries: Record<LibraryName, () => Promise<OpenPeer>> = {
  'jax-js': async () => (await import('./peers/jax.mjs')).openJax,
  'TensorFlow.js': async () => (await import('./peers/tfjs.mjs')).openTfjs
};

export type LibraryName = 'jax-js' | 'TensorFlow.js';

/** What is opened: an engine of ours, or a library on one of its devices. */
export type Competitor =
  | { readonly engine: EngineName; /** Of `simd`; one unless told. */ readonly workers?: number }
  | { readonly library: LibraryName; readonly device: string };

const contestants = new Map<string, Contestant>();
const now = () => performance.now();

/** What bench/run.ts calls in the page. */
const bench = {
  /** Opens a competitor on a workload and trains 20 steps: milliseconds until the first step, loss at step 20. */
  async open(id: string, competitor: Competitor, name: WorkloadName, names: readonly string[]) {
    const workload = makeWorkload(name, names);
    const from = now();
    const peer = await openPeer(competitor, workload);
    const contestant = new Contestant(peer, chunkOf(competitor, name));
    const firstStep = await contestant.warmUp(now);
    contestants.set(id, contestant);
    const { lossAt20 } = contestant;
    return { opened: firstStep - from, lossAt20, device: peer.device };
  },
  /** Milliseconds per step over about so many milliseconds. */
  round: (id: string, milliseconds: number) => contestants.get(id)!.round(milliseconds, now)
};

async function openPeer(competitor: Competitor, workload: Workload): Promise<Peer> {
  if ('library' in competitor) {
    const open = await libraries[competitor.library]();
    return open(makeProblem(workload), competitor.device);
  }
  const { program, adam } = workload;
  const engines = new Engines(navigator.gpu, now, competitor.workers);
  return asPeer(await engines.open(competitor.engine, program, adam), workload);
}

/** Steps for each call: a queue of some steps where they are short, one where a step takes long. */
function chunkOf(competitor: Competitor, workload: WorkloadName): number {
  if (workload === 'W3') return 1;
  return 'engine' in competitor && competitor.engine !== 'cpu' ? 16 : 4;
}

export type Bench = typeof bench;
(globalThis as unknown as { bench: Bench }).bench = bench;
