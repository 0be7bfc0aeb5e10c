import { median } from '../src/lib/run/median';
import type { WorkloadName } from '../src/lib/run/speed/workloads';

/** What was measured of one peer on one workload. */
export interface Row {
  readonly workload: WorkloadName;
  readonly name: string;
  /** Its name where it is published; null where it is not. */
  readonly short: string | null;
  /** Whether it is an engine of this lab. */
  readonly ours: boolean;
  /** Whether its steps were traced, operation by operation, and no weight updated. */
  readonly traced: boolean;
  /** Milliseconds from nothing to the first step done. */
  readonly opened: number;
  /** Mean losses in nats, by step; those that can be compared. */
  readonly losses: Readonly<Record<number, number>>;
  readonly isSlow: boolean;
  /** Milliseconds per step, by round. */
  readonly times: number[];
  readonly note?: string;
}

/** Rounds of a slow peer, of one step each. */
export const SLOW_ROUNDS = 3;

/** Farthest that a peer's loss may be from that of the first row of the workload at the same step, in nats. */
const SAME_LOSS = 1e-3;

/** The last step at which losses are compared on `max`: there, rounding alone parts two runs by more at step 20. */
const LAST_ON_MAX = 5;

/** Rows that compute something else than the first row of their workload. */
export function strangers(rows: readonly Row[]): Row[] {
  return rows.filter((row) => {
    const first = rows.find(({ workload }) => workload === row.workload)!;
    const both = Object.keys(row.losses)
      .map(Number)
      .filter((step) => step in first.losses)
      .filter((step) => row.workload !== 'max' || step <= LAST_ON_MAX);
    return both.some((step) => !(Math.abs(row.losses[step] - first.losses[step]) <= SAME_LOSS));
  });
}

/** Prints medians with their spread, steps per second, and the ratio to each engine of ours. */
export function printTable(rows: readonly Row[]): void {
  const trained = rows.filter(({ traced }) => !traced);
  for (const workload of new Set(trained.map((row) => row.workload))) {
    const present = trained.filter((row) => row.workload === workload);
    const engines = present.filter(({ ours }) => ours);
    console.log(`\n${workload}, milliseconds per step, and how many times faster each of ours is`);
    console.table(Object.fromEntries(present.map((row) => [row.name, cells(row, engines)])));
    for (const row of present) for (const note of notesOf(row)) console.log(`${row.name}: ${note}`);
  }
  printTraced(rows.filter(({ traced }) => traced));
}

/** What is to be known of a row besides its numbers. */
export function notesOf({ note, isSlow, traced, losses }: Row): string[] {
  const compared = comparedAt(losses);
  const slow = `slow: ${SLOW_ROUNDS} rounds of one step, loss compared at step ${compared}`;
  const fewer =
    compared === null ? 'its loss is not compared' : `compared at step ${compared} only`;
  return [
    ...(note ? [note] : []),
    ...(isSlow ? [slow] : compared !== 20 && !traced ? [fewer] : [])
  ];
}

/** The last step whose loss was compared. */
export function comparedAt(losses: Row['losses']): number | null {
  return Math.max(0, ...Object.keys(losses).map(Number)) || null;
}

function printTraced(rows: readonly Row[]): void {
  if (rows.length === 0) return;
  console.log(
    '\nA step traced, operation by operation, with every value and gradient: milliseconds'
  );
  const about = ({ workload, name, times, opened }: Row) =>
    [`${workload} ${name}`, { ...spread(times), 'first trace': Math.round(opened) }] as const;
  console.table(Object.fromEntries(rows.map(about)));
}

function cells({ times, opened, losses }: Row, engines: readonly Row[]) {
  const ratios = engines.map(
    ({ name, times: ours }) =>
      [`× ${name.split(' (')[0]}`, digits(median(times) / median(ours))] as const
  );
  const step = comparedAt(losses);
  return {
    ...spread(times),
    'steps/s': digits(1000 / median(times)),
    ...Object.fromEntries(ratios),
    'first step': Math.round(opened),
    loss: step === null ? '—' : Number(losses[step].toFixed(6))
  };
}

function spread(times: readonly number[]) {
  return {
    median: digits(median(times)),
    min: digits(Math.min(...times)),
    max: digits(Math.max(...times))
  };
}

export function digits(number: number, count = 3): number {
  return Number(number.toPrecision(count));
}
