import { openDawn } from '../src/cli/dawn';
import { GpuEngine } from '../src/lib/engine/gpu/gpuEngine';
import { makeWorkload, type Workload, type WorkloadName } from '../src/lib/run/speed/workloads';
import { openInPython, type Entry } from './entries';
import { asPeer, Contestant } from './measure';
import { pythonWithCuda } from './peers/python';

const now = () => performance.now();

/** The GPU without a browser: our kernels through Dawn in this process, and PyTorch on CUDA where it is. */
export async function openNative(name: WorkloadName, names: readonly string[]): Promise<Entry[]> {
  const workload = makeWorkload(name, names);
  const entries = [await openInDawn(workload)];
  const python = pythonWithCuda();
  if (python === null) process.stderr.write('PyTorch on CUDA: not here, left out\n');
  else {
    for (const how of ['eager', 'compiled', 'graphs'] as const) {
      entries.push(await openInPython(python, ['cuda', how], workload));
    }
  }
  return entries;
}

async function openInDawn(workload: Workload): Promise<Entry> {
  const from = now();
  const gpu = await openDawn((sentence) => process.stderr.write(`${sentence}\n`));
  const engine = await GpuEngine.open(gpu, workload.program, workload.adam);
  const contestant = new Contestant(
    await asPeer(engine, workload),
    workload.name === 'W3' ? 4 : 64
  );
  const opened = (await contestant.warmUp(now)) - from;
  const { lossAt20 } = contestant;
  return {
    row: {
      workload: workload.name,
      name: `gpu, Node (${engine.device})`,
      opened,
      lossAt20,
      times: []
    },
    round: (milliseconds) => contestant.round(milliseconds, now),
    close: () => engine.dispose()
  };
}
