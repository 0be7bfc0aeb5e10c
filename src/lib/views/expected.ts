import type { RunCost } from '../run/cost';
import type { EngineName } from '../run/protocol';
import type { AdapterKind } from '../state/adapter.svelte';

/** Floating-point operations that the CPU's engines do in a second on a middling machine. */
const CPU_SPEEDS = { cpu: 4e8, simd: 1e10 };

/** Seconds that handing one step to a GPU takes; the computing itself hardly counts at these sizes. */
const GPU_STEP = 4e-4;

/**
 * About how long a run takes, before any run on this device has told; null where even that cannot be said: a GPU that
 * is played in software may be slow beyond guessing.
 */
export function roughSeconds(
  engine: EngineName,
  adapter: AdapterKind,
  { flopsPerStep }: Pick<RunCost, 'flopsPerStep'>,
  num_steps: number
): number | null {
  if (engine !== 'gpu') return (flopsPerStep / CPU_SPEEDS[engine]) * num_steps;
  return adapter === 'hardware' ? GPU_STEP * num_steps : null;
}
