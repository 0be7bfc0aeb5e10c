import type { WorkloadName } from './sizes';

/** The workloads that the page measures and the benchmark publishes. */
export const publishedWorkloads = ['W1', 'W2', 'W3'] as const satisfies readonly WorkloadName[];
export type PublishedWorkload = (typeof publishedWorkloads)[number];

/** What a run of the benchmark (`npm run bench -- --publish`) has told of one peer on one workload. */
export interface PublishedRow {
  readonly workload: PublishedWorkload;
  readonly name: string;
  /** Whether it is an engine of this lab. */
  readonly ours: boolean;
  /** Median milliseconds per step over the rounds, and the least and most of them. */
  readonly ms: number;
  readonly least: number;
  readonly most: number;
  /** Milliseconds from nothing to the first step done; null where it means nothing. */
  readonly opened: number | null;
}

export interface Published {
  /** Day of the run, as 2026-11-21. */
  readonly date: string;
  /** Where it ran, in words. */
  readonly machine: string;
  readonly rounds: number;
  /** Positions of one step, on average. */
  readonly tokensPerStep: Readonly<Record<PublishedWorkload, number>>;
  readonly rows: readonly PublishedRow[];
}

/** Takes what a file holds. Throws RangeError that names what is not as it must be. */
export function readPublished(value: unknown): Published {
  const { date, machine, rounds, tokensPerStep, rows } = (value ?? {}) as Partial<Published>;
  demand('date', 'a day such as 2026-11-21', date, /^\d{4}-\d\d-\d\d$/.test(String(date)));
  demand('machine', 'words', machine, typeof machine === 'string' && machine.length > 0);
  demand('rounds', 'a whole number above 0', rounds, Number.isInteger(rounds) && rounds! > 0);
  for (const name of publishedWorkloads) {
    const tokens = tokensPerStep?.[name];
    demand(`tokensPerStep.${name}`, 'a number above 0', tokens, isPositive(tokens));
  }
  demand('rows', 'at least one', rows, Array.isArray(rows) && rows.length > 0);
  rows!.forEach((row) => checkRow(row));
  const names = rows!.map(({ workload, name }) => `${workload} ${name}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  demand('rows', 'each name once in a workload', twice, twice === undefined);
  return value as Published;
}

function checkRow({ workload, name, ours, ms, least, most, opened }: PublishedRow): void {
  const what = `${workload} ${name}`;
  demand(
    'workload',
    publishedWorkloads.join(', '),
    workload,
    publishedWorkloads.includes(workload)
  );
  demand('name', 'words', name, typeof name === 'string' && name.length > 0);
  demand(`${what}: ours`, 'true or false', ours, typeof ours === 'boolean');
  const areTimes = [ms, least, most].every(isPositive) && least <= ms && ms <= most;
  demand(`${what}: least, ms, most`, 'times in that order', [least, ms, most], areTimes);
  demand(`${what}: opened`, 'a time or null', opened, opened === null || isPositive(opened));
}

function demand(what: string, rule: string, got: unknown, holds: boolean): void {
  if (!holds)
    throw new RangeError(`published: needs ${what} to be ${rule}, got ${JSON.stringify(got)}`);
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}
