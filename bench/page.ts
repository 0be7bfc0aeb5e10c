import type { EngineName } from '../src/lib/engine/engine';
import { Engines } from '../src/lib/run/engines';
import { Plan } from '../src/lib/run/plan';
import type { RunRequest } from '../src/lib/run/protocol';
import { adamConfig } from '../src/lib/run/settings';
import {
  makeWorkload,
  drawnWorkload,
  type Sizes,
  type Workload,
  type WorkloadName
} from '../src/lib/run/speed/workloads';
import { always, asPeer, asTracer, Contestant, paced, type Stride } from './measure';
import type { OpenPeer, Peer } from './peers/peer';
import { makeProblem } from './peers/problem';
import { productRate, type ProductSizes } from './productRate';

/** Of other programs: loaded only when asked for, since they are not part of the lab. */
const libraries: Record<LibraryName, () => Promise<OpenPeer>> = {
  'jax-js': async () => (await import('./peers/jax.mjs')).openJax,
  'TensorFlow.js': async () => (await import('./peers/tfjs.mjs')).openTfjs
};

export type LibraryName = 'jax-js' | 'TensorFlow.js';

/** An engine of ours. */
export interface OwnCompetitor {
  readonly engine: EngineName;
  /** Of `simd`; one unless told. */
  readonly workers?: number;
  /** Whether its steps are traced instead of trained. */
  readonly traced?: boolean;
}

/** A library on one of its devices. */
export interface LibraryCompetitor {
  readonly library: LibraryName;
  readonly device: string;
}

export type Competitor = OwnCompetitor | LibraryCompetitor;

const contestants = new Map<string, Contestant>();
const now = () => performance.now();

/** What the benchmark calls in the page. */
const bench = {
  /** Opens a competitor on a workload and trains its first steps: milliseconds until the first, and their losses. */
  async open(id: string, competitor: Competitor, name: WorkloadName, names: readonly string[]) {
    const workload = makeWorkload(name, names);
    const from = now();
    const peer = await openPeer(competitor, workload);
    const contestant = new Contestant(peer, strideOf(competitor, name), now);
    const { firstStep, ...told } = await contestant.warmUp();
    contestants.set(id, contestant);
    return { opened: firstStep - from, device: peer.device, ...told };
  },
  /** As `open`, an engine of ours on a model of any size; tells what computes. */
  async openSized(id: string, competitor: OwnCompetitor, sizes: Sizes) {
    const workload = drawnWorkload('sized', sizes);
    const peer = await asPeer(await openEngine(competitor, workload), workload);
    const contestant = new Contestant({ ...peer, comparedUntil: 0 }, paced(competitor.engine), now);
    await contestant.warmUp();
    contestants.set(id, contestant);
    return peer.device;
  },
  /** The engine of a run's settings, on the steps of that run. */
  async openRun(id: string, request: RunRequest): Promise<void> {
    const plan = new Plan(request);
    const { program, initial, settings } = plan;
    const engines = new Engines(navigator.gpu, now, navigator.hardwareConcurrency);
    const engine = await engines.open(settings.engine as EngineName, program, adamConfig(settings));
    const batches = plan.steps(0, settings.num_steps).map(({ batch }) => batch);
    const workload = { name: 'run', program, adam: engine.adam, initial, batches };
    contestants.set(id, new Contestant(await asPeer(engine, workload), paced(engine.name), now));
    await contestants.get(id)!.warmUp();
  },
  /** Milliseconds per step over about so many milliseconds. */
  round: (id: string, milliseconds: number) => contestants.get(id)!.round(milliseconds),
  close(id: string): void {
    contestants.get(id)?.dispose();
    contestants.delete(id);
  },
  productRate: (sizes: ProductSizes, milliseconds: number) => productRate(sizes, milliseconds, now)
};

async function openPeer(competitor: Competitor, workload: Workload): Promise<Peer> {
  if ('library' in competitor) {
    const open = await libraries[competitor.library]();
    return open(makeProblem(workload), competitor.device);
  }
  const engine = await openEngine(competitor, workload);
  return competitor.traced ? asTracer(engine, workload) : asPeer(engine, workload);
}

function openEngine({ engine, workers }: OwnCompetitor, workload: Workload<string>) {
  const engines = new Engines(navigator.gpu, now, workers);
  return engines.open(engine, workload.program, workload.adam);
}

function strideOf(competitor: Competitor, workload: WorkloadName): Stride {
  if ('library' in competitor) return always(workload === 'W3' ? 1 : 4);
  return competitor.traced ? always(1) : paced(competitor.engine);
}

export type Bench = typeof bench;
(globalThis as unknown as { bench: Bench }).bench = bench;
