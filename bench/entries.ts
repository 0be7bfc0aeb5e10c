import type { Page } from 'playwright';
import { CpuEngine } from '../src/lib/engine/cpu/cpuEngine';
import { asPeer, Contestant } from './measure';
import { timeMicrogpt } from './microgpt';
import type { Bench, Competitor } from './page';
import { makeProblem } from './peers/problem';
import { PythonPeer, type PythonKind } from './peers/python';
import type { Row } from './table';
import {
  isOnNames,
  makeWorkload,
  sizesOf,
  type Workload,
  type WorkloadName
} from '../src/lib/run/speed/workloads';

/** Something that can be timed: a round tells milliseconds per step. */
export interface Entry {
  readonly row: Row;
  readonly round: (milliseconds: number) => Promise<number>;
  readonly close?: () => void;
}

const now = () => performance.now();

/** The f64 engine in this process. */
export async function openInNode(name: WorkloadName, names: readonly string[]): Promise<Entry> {
  const from = now();
  const workload = makeWorkload(name, names);
  const engine = new CpuEngine(workload.program, workload.adam);
  const contestant = new Contestant(await asPeer(engine, workload), name === 'W3' ? 1 : 4);
  const opened = (await contestant.warmUp(now)) - from;
  const { lossAt20 } = contestant;
  return {
    row: { workload: name, name: 'cpu, Node', opened, lossAt20, times: [] },
    round: (milliseconds) => contestant.round(milliseconds, now)
  };
}

/** A program in Python. Its first step includes the start of Python and reading the problem. */
export async function openInPython(
  python: string,
  kind: PythonKind,
  workload: Workload
): Promise<Entry> {
  const from = now();
  const peer = new PythonPeer(python, kind, makeProblem(workload));
  const contestant = new Contestant(peer, { W1: 50, max: 10, W2: 10, W3: 1 }[workload.name]);
  const opened = (await contestant.warmUp(now)) - from;
  const { lossAt20 } = contestant;
  return {
    row: { workload: workload.name, name: peer.device, opened, lossAt20, times: [] },
    round: (milliseconds) => contestant.round(milliseconds, now),
    close: () => peer.close()
  };
}

/** An engine of ours or a library, in a page. */
export async function openInPage(
  page: Page,
  competitor: Competitor,
  workload: WorkloadName,
  names: readonly string[]
): Promise<Entry> {
  const id = `${JSON.stringify(competitor)} ${workload}`;
  const { opened, lossAt20, device } = await page.evaluate(
    ([id, competitor, workload, names]) => {
      const { bench } = globalThis as unknown as { bench: Bench };
      return bench.open(id, competitor, workload, names);
    },
    [id, competitor, workload, isOnNames(workload) ? names : []] as const
  );
  const name = 'engine' in competitor ? nameOf(competitor, device) : device;
  return {
    row: { workload, name, opened, lossAt20, times: [] },
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

function nameOf(
  { engine, workers = 1 }: Extract<Competitor, { engine: string }>,
  device: string
): string {
  const crew = workers > 1 ? `, ${workers} workers` : '';
  return `${engine}, Chromium (${device}${crew})`;
}

/** A microgpt.py as published, with the sizes of a workload; it tells no loss that could be compared. */
export function openMicrogpt(file: string, workload: 'W1' | 'max'): Entry {
  const { n_layer, n_embd, n_head, block_size } = sizesOf(workload);
  const sizes = { n_layer, n_embd, n_head, block_size };
  const steps = workload === 'W1' ? { skipped: 5, steps: 20 } : { skipped: 1, steps: 2 };
  return {
    row: { workload, name: 'microgpt.py', opened: NaN, lossAt20: NaN, times: [] },
    round: () => timeMicrogpt(file, sizes, steps)
  };
}
