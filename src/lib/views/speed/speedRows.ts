import { median } from '../../run/median';
import type { Published, PublishedWorkload } from '../../run/speed/published';
import type { MeasuredRow, SpeedReport } from '../../run/speed/speedReport';
import { entrantName, isSoftware, reportWords } from './words';

/** One line of a workload's table: times in milliseconds. */
export interface SpeedRow {
  readonly name: string;
  /** Whether it is an engine of this lab. */
  readonly ours: boolean;
  /** Median time of a step, and the least and most of its rounds. */
  readonly ms: number;
  readonly least: number;
  readonly most: number;
  readonly tokensPerSecond: number;
  /** From nothing to the first step done; null where it was not told. */
  readonly opened: number | null;
  /** How many times as long as on `simd`, on the same device; null without `simd`. */
  readonly ratio: number | null;
}

/** Lines that were measured on one device in one go, from the fastest to the slowest. */
export interface SpeedGroup {
  readonly id: 'here' | 'published';
  readonly title: string;
  readonly rows: readonly SpeedRow[];
}

type Timed = Omit<SpeedRow, 'ratio' | 'tokensPerSecond'>;

/** What this device has shown on a workload; null before anything. */
export function groupHere(
  report: SpeedReport | null,
  workload: PublishedWorkload
): SpeedGroup | null {
  const measured = report?.cases.find(({ id }) => id === workload);
  if (!report || !measured) return null;
  const timed = report.rows
    .filter((row) => row.case === workload && row.times.length > 0)
    .map((row): Timed => timedRow(row, isSoftware(report)));
  const title = `This device: ${reportWords(report)}`;
  return { id: 'here', title, rows: completed(timed, measured.tokensPerStep) };
}

function timedRow({ entrant, workers, times, opened }: MeasuredRow, software: boolean): Timed {
  return {
    name: entrantName(entrant, workers, software),
    ours: true,
    ms: median(times),
    least: Math.min(...times),
    most: Math.max(...times),
    opened
  };
}

export function groupPublished(published: Published, workload: PublishedWorkload): SpeedGroup {
  const { machine, date, rows, tokensPerStep } = published;
  const own = rows.filter((row) => row.workload === workload);
  const title = `Published: ${machine}, ${date}`;
  return { id: 'published', title, rows: completed(own, tokensPerStep[workload]) };
}

function completed(timed: readonly Timed[], tokensPerStep: number): SpeedRow[] {
  const simd = timed.find(({ name, ours }) => ours && name === 'simd');
  return timed
    .map(({ name, ours, ms, least, most, opened }) => ({
      ...{ name, ours, ms, least, most, opened },
      tokensPerSecond: (1000 * tokensPerStep) / ms,
      ratio: simd ? ms / simd.ms : null
    }))
    .sort((a, b) => a.ms - b.ms);
}

/** Why engines have no line, or less of one, in sentences. */
export function failuresOf(report: SpeedReport | null, workload: string): string[] {
  const failed = report?.rows.filter((row) => row.case === workload && row.failure !== null);
  return (failed ?? []).map(
    ({ entrant, workers, failure }) =>
      `${entrantName(entrant, workers, isSoftware(report!))}: ${failure}`
  );
}
