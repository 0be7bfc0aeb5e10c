import type { Page } from 'playwright';
import { CpuEngine } from '../src/lib/engine/cpu/cpuEngine';
import {
  isOnNames,
  makeWorkload,
  sizesOf,
  type Workload,
  type WorkloadName
} from '../src/lib/run/speed/workloads';
import { always, asPeer, Contestant, paced, type Stride, type WarmUp } from './measure';
import { timeMicrogpt } from './microgpt';
import type { Bench, Competitor } from './page';
import type { Peer } from './peers/peer';
import { makeProblem } from './peers/problem';
import { openPython, type PythonKind } from './peers/python';
import type { Row } from './table';

/** Something that can be timed: a round tells milliseconds per step. */
export interface Entry {
  readonly row: Row;
  readonly round: (milliseconds: number) => Promise<number>;
  readonly close?: () => void;
}

/** What a row says of a peer besides what was measured. */
type About = Pick<Row, 'workload' | 'name'> & Partial<Pick<Row, 'ours' | 'short' | 'traced'>>;

/** A row before its first round. */
export function rowOf(about: About, opened: number, told: Partial<WarmUp>, note?: string): Row {
  const { losses = {}, isSlow = false } = told;
  const { name } = about;
  return {
    ...{ ours: false, traced: false, short: name, ...about },
    ...{ opened, losses, isSlow, times: [], ...(note && { note }) }
  };
}

/** Opens a peer in this process and lets it train its first steps; what that takes until the first is done counts. */
export async function enter(
  about: Omit<About, 'name'> & { readonly name: string | ((device: string) => string) },
  stride: Stride,
  open: () => Peer | Promise<Peer>
): Promise<Entry> {
  const from = performance.now();
  const peer = await open();
  const contestant = new Contestant(peer, stride, () => performance.now());
  const told = await contestant.warmUp();
  const name = typeof about.name === 'string' ? about.name : about.name(peer.device);
  return {
    row: rowOf({ ...about, name }, told.firstStep - from, told, peer.note),
    round: (milliseconds) => contestant.round(milliseconds),
    close: () => contestant.dispose()
  };
}

/** The f64 engine in this process. */
export function openInNode(workload: WorkloadName, names: readonly string[]): Promise<Entry> {
  const about = { workload, name: 'cpu, Node', ours: true, short: null };
  return enter(about, paced('cpu'), () => {
    const made = makeWorkload(workload, names);
    return asPeer(new CpuEngine(made.program, made.adam), made);
  });
}

/** A program in Python. Its first step includes the start of Python and reading the problem. */
export function openInPython(python: string, kind: PythonKind, workload: Workload): Promise<Entry> {
  const stride = always({ W1: 50, max: 10, W2: 10, W3: 1 }[workload.name]);
  const open = () => openPython(python, kind, makeProblem(workload));
  return enter({ workload: workload.name, name: (device) => device }, stride, open);
}

/** An engine of ours or a library, in a page. */
export async function openInPage(
  page: Page,
  competitor: Competitor,
  workload: WorkloadName,
  names: readonly string[]
): Promise<Entry> {
  const id = `${JSON.stringify(competitor)} ${workload}`;
  const { opened, device, ...told } = await page.evaluate(
    ([id, competitor, workload, names]) => {
      const { bench } = globalThis as unknown as { bench: Bench };
      return bench.open(id, competitor, workload, names);
    },
    [id, competitor, workload, isOnNames(workload) ? names : []] as const
  );
  return {
    row: rowOf({ workload, ...namesOf(competitor, device) }, opened, told),
    round: (milliseconds) =>
      page.evaluate(
        ([id, milliseconds]) => {
          const { bench } = globalThis as unknown as { bench: Bench };
          return bench.round(id, milliseconds);
        },
        [id, milliseconds] as const
      )
  };
}

function namesOf(competitor: Competitor, device: string): Omit<About, 'workload'> {
  if ('library' in competitor) return { name: device };
  const { engine, workers = 1, traced = false } = competitor;
  const crew = workers > 1 ? `, ${workers} workers` : '';
  const how = traced ? ', traced' : '';
  return {
    name: `${engine}${how}, Chromium (${device}${crew})`,
    short: traced ? null : `${engine}${shortDevice(engine, device)}${crew}`,
    ours: true,
    traced
  };
}

function shortDevice(engine: string, device: string): string {
  if (engine === 'cpu') return ' (f64)';
  return device.includes('software') ? ', software adapter' : '';
}

/** A microgpt.py as published, with the sizes of a workload; it tells no loss that could be compared. */
export function openMicrogpt(file: string, workload: 'W1' | 'max'): Entry {
  const { n_layer, n_embd, n_head, block_size } = sizesOf(workload);
  const sizes = { n_layer, n_embd, n_head, block_size };
  const steps = workload === 'W1' ? { skipped: 5, steps: 20 } : { skipped: 1, steps: 2 };
  return {
    row: rowOf({ workload, name: 'microgpt.py' }, NaN, {}, 'draws weights of its own'),
    round: () => timeMicrogpt(file, sizes, steps)
  };
}
