import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { performTask } from '$lib/run/checks/performTask';
import type { Found, Job, TaskKind, Told } from '$lib/run/checks/tasks';
import type { TaskPlace } from '$lib/run/checks/twoEngines';
import { buildCorpus } from '$lib/run/corpus';
import { Plan } from '$lib/run/plan';
import type { RunRequest } from '$lib/run/protocol';
import { adamConfig, defaultSettings, type Settings } from '$lib/run/settings';

const corpus = buildCorpus('test', 'Test', 'emma\nolivia\nava\nisabella\nsophia\ncharlotte');

export function requestOf(changes: Partial<Settings> = {}): RunRequest {
  const settings: Settings = {
    ...defaultSettings,
    ...{ n_embd: 8, n_head: 2, block_size: 8, num_steps: 40, sample_count: 1 },
    ...changes
  };
  return { settings, corpus };
}

/** A step of a run, as its worker hands it out. */
export async function setupAt(request: RunRequest, step: number): Promise<Job['setup']> {
  const plan = new Plan(request);
  const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
  await engine.load(plan.initial);
  await engine.train(plan.steps(0, step - 1), false);
  const [{ batch }] = plan.steps(step - 1, 1);
  const { config } = plan.program;
  return { step, seed: { of: 'loss' }, config, batch, state: await engine.save() };
}

/** Only the CPU engine, whichever is asked for. */
export const cpuPlace: TaskPlace = {
  open: (_, program, adam) => Promise.resolve(new CpuEngine(program, adam)),
  now: () => performance.now()
};

/** All that a task finds. */
export async function findings<K extends TaskKind>(
  kind: K,
  setup: Job['setup'],
  told: Told<K>,
  { bug = null, place = cpuPlace }: { bug?: string | null; place?: TaskPlace } = {}
): Promise<Found<K>[]> {
  const found: Found<K>[] = [];
  for await (const each of performTask({ kind, setup, told, bug }, place)) found.push(each);
  return found;
}
