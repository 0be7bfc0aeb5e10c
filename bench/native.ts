import { openDawn } from '../src/cli/dawn';
import { GpuEngine } from '../src/lib/engine/gpu/gpuEngine';
import { makeWorkload, type Workload, type WorkloadName } from '../src/lib/run/speed/workloads';
import { enter, openInPython, type Entry } from './entries';
import { always, asPeer } from './measure';
import { pythonWithCuda } from './peers/python';

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

function openInDawn(workload: Workload): Promise<Entry> {
  const { name, program, adam } = workload;
  const about = { workload: name, name: (device: string) => `gpu, Node (${device})`, ours: true };
  return enter(about, always(name === 'W3' ? 4 : 64), async () => {
    const gpu = await openDawn((sentence) => process.stderr.write(`${sentence}\n`));
    const now = () => performance.now();
    return asPeer(await GpuEngine.open(gpu, program, adam, now), workload);
  });
}
