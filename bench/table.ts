import type { WorkloadName } from '../src/lib/run/speed/workloads';

/** What was measured of one peer on one workload. */
export interface Row {
  readonly workload: WorkloadName;
  readonly name: string;
  /** Milliseconds from nothing to the first step done. */
  readonly opened: number;
  readonly lossAt20: number;
  /** Milliseconds per step, by round. */
  readonly times: number[];
}

/** Farthest that a peer's loss at step 20 may be from that of the first row of the workload, in nats. */
const SAME_LOSS = 1e-3;

/** Rows that compute something else than the first row of their workload. */
export function strangers(rows: readonly Row[]): Row[] {
  const first = ({ workload }: Row) => rows.find((row) => row.workload === workload)!;
  return rows.filter((row) => Math.abs(row.lossAt20 - first(row).lossAt20) > SAME_LOSS);
}

/** Prints medians with their spread, steps per second, and the ratio to each engine of ours. */
export function printTable(rows: readonly Row[], ours: ReadonlySet<Row>): void {
  for (const workload of new Set(rows.map((row) => row.workload))) {
    const present = rows.filter((row) => row.workload === workload);
    const engines = present.filter((row) => ours.has(row));
    console.log(`\n${workload}, milliseconds per step, and how many times faster each of ours is`);
    console.table(Object.fromEntries(present.map((row) => [row.name, cells(row, engines)])));
  }
}

function cells({ times, opened, lossAt20 }: Row, engines: readonly Row[]) {
  const ratios = engines.map(
    (engine) =>
      [`× ${engine.name.split(' (')[0]}`, digits(median(times) / median(engine.times))] as const
  );
  return {
    median: digits(median(times)),
    min: digits(Math.min(...times)),
    max: digits(Math.max(...times)),
    'steps/s': digits(1000 / median(times)),
    ...Object.fromEntries(ratios),
    'first step': Math.round(opened),
    'loss at 20': Number(lossAt20.toFixed(6))
  };
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function digits(number: number): number {
  return Number(number.toPrecision(3));
}
