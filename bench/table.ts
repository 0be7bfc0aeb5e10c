import type { WorkloadName } from './workloads';

/** What was measured of one engine on one workload. */
export interface Row {
  readonly workload: WorkloadName;
  readonly name: string;
  /** Milliseconds from nothing to the first step done. */
  readonly opened: number;
  readonly lossAt20: number;
  /** Milliseconds per step, by round. */
  readonly times: number[];
}

/** Prints medians with their spread, steps per second, and how many times the slowest of the workload each is. */
export function printTable(rows: readonly Row[]): void {
  const slowest = (workload: WorkloadName) =>
    Math.max(...rows.filter((row) => row.workload === workload).map(({ times }) => median(times)));
  console.table(
    rows.map(({ workload, name, opened, lossAt20, times }) => ({
      workload,
      engine: name,
      'ms/step': digits(median(times)),
      min: digits(Math.min(...times)),
      max: digits(Math.max(...times)),
      'steps/s': digits(1000 / median(times)),
      'times the slowest': digits(slowest(workload) / median(times)),
      'first step, ms': Math.round(opened),
      'loss at step 20': lossAt20
    }))
  );
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function digits(number: number): number {
  return Number(number.toPrecision(3));
}
