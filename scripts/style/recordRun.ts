import { CpuEngine } from '../../src/lib/engine/cpu/cpuEngine';
import { CommandQueue } from '../../src/lib/run/commandQueue';
import { buildCorpus } from '../../src/lib/run/corpus';
import { fold } from '../../src/lib/run/fold';
import type { TrainerHost } from '../../src/lib/run/host';
import type { RunRequest } from '../../src/lib/run/protocol';
import { presetSettings, type Settings } from '../../src/lib/run/settings';
import { emptySnapshot, type Snapshot } from '../../src/lib/run/snapshot';
import { train } from '../../src/lib/run/trainer';

/** Steps between those that are watched: few pictures keep the file small. */
const WATCHED = 6;

/** The run that the style page shows, small enough to lie in the repository. */
export function styleRequest(text: string): RunRequest {
  const settings: Settings = {
    ...presetSettings('tiny'),
    ...{ pack: 'arithmetic', engine: 'cpu', n_layer: 2, n_embd: 8, n_head: 2 },
    ...{ num_steps: 36, sample_interval: 12, sample_count: 4, top_k: 4 }
  };
  return { settings, corpus: buildCorpus('arithmetic', 'Sums', text) };
}

/** Trains it on the CPU engine, from its opening to its end. All but its times is the same each time. */
export async function recordRun(request: RunRequest): Promise<Snapshot> {
  const commands = new CommandQueue();
  commands.push({ type: 'run' });
  let snapshot = emptySnapshot;
  for await (const event of train(request, commands, everySixth())) {
    snapshot = fold(snapshot, [event]);
  }
  return snapshot;
}

function everySixth(): TrainerHost {
  let asked = 0;
  return {
    open: async (_name, program, adam) => new CpuEngine(program, adam, () => performance.now()),
    autoEngine: async () => ({ engine: 'cpu', notice: null }),
    now: () => performance.now(),
    breathe: async () => {},
    wait: async () => {},
    wantsFrame: () => ++asked % WATCHED === 0,
    watchesEveryStep: true
  };
}
