import { cpus } from 'node:os';
import type { Browser } from 'playwright';
import type { RunCost } from '../src/lib/run/cost';
import type { WorkloadName } from '../src/lib/run/speed/workloads';
import type { Rate } from './rates';
import type { Row } from './table';

export type Costs = Readonly<
  Partial<Record<WorkloadName, Pick<RunCost, 'tokensPerStep' | 'flopsPerStep'>>>
>;

/** What one run of the benchmark has measured. */
export interface Results {
  /** As 2026-11-21. */
  readonly date: string;
  /** Where, in words. */
  readonly machine: string;
  /** Programs that wanted a core at the beginning and at the end, on average over a minute. */
  readonly load: readonly number[];
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly rates: readonly Rate[];
  readonly costs: Costs;
  /** Kilobytes to ship. */
  readonly bytes: Readonly<Record<string, number>>;
}

export const today = () => new Date().toISOString().slice(0, 10);

export function machineOf(browser: Browser): string {
  const cores = cpus();
  return `${cores.length} × ${cores[0].model.trim()}, Chromium ${browser.version().split('.')[0]}`;
}
