import { CpuEngine } from '../src/lib/engine/cpu/cpuEngine';
import type { EngineName } from '../src/lib/engine/engine';
import { GpuEngine } from '../src/lib/engine/gpu/gpuEngine';
import { Contestant } from './measure';
import { makeWorkload, type WorkloadName } from './workloads';

/** Steps for each call of the engine. */
const chunks: Record<EngineName, number> = { cpu: 4, gpu: 16 };

const contestants = new Map<string, Contestant>();
const now = () => performance.now();

/** What bench/run.ts calls in the page. */
const bench = {
  /** Opens an engine on a workload and trains 20 steps: milliseconds until the first step, loss at step 20. */
  async open(id: string, engine: EngineName, workload: WorkloadName, names: string[]) {
    const from = now();
    const { program, adam, ...rest } = makeWorkload(workload, names);
    const opened =
      engine === 'cpu'
        ? new CpuEngine(program, adam)
        : await GpuEngine.open(navigator.gpu, program, adam);
    const contestant = new Contestant(opened, { program, adam, ...rest }, chunks[engine]);
    const firstStep = await contestant.warmUp(now);
    contestants.set(id, contestant);
    return { opened: firstStep - from, lossAt20: contestant.lossAt20, device: opened.device };
  },
  /** Milliseconds per step over about so many milliseconds. */
  round: (id: string, milliseconds: number) => contestants.get(id)!.round(milliseconds, now)
};

export type Bench = typeof bench;
(globalThis as unknown as { bench: Bench }).bench = bench;
