import { entrants, type Entrant } from './speedPlan';

/** Whether an engine can be had on this device. */
export interface EngineFound {
  readonly entrant: Entrant;
  /** What computes, in words; null where it cannot be had. */
  readonly device: string | null;
  /** Whether a CPU plays the GPU. */
  readonly software: boolean;
  /** Why it cannot be had, in a sentence. */
  readonly refusal: string | null;
}

/** One size of step. */
export interface MeasuredCase {
  readonly id: string;
  readonly n_embd: number;
  readonly batch_size: number;
  /** On average over its batches. */
  readonly flopsPerStep: number;
  readonly tokensPerStep: number;
}

/** What one engine has shown on one of them. */
export interface MeasuredRow {
  readonly case: string;
  readonly entrant: Entrant;
  /** How many share its batch. */
  readonly workers: number;
  /** Milliseconds from nothing to the first step done; null if it did not begin from nothing, or not come so far. */
  readonly opened: number | null;
  /** Milliseconds per step, turn by turn. */
  readonly times: readonly number[];
  /** Why it went no further, in a sentence. */
  readonly failure: string | null;
}

/** What is being done. */
export interface Doing {
  readonly case: string;
  readonly entrant: Entrant;
  /** From 1; 0 while it opens. */
  readonly round: number;
  /** How much of all is done, 0 … 1. */
  readonly share: number;
}

/** What a measurement tells, as it comes; a row is told anew with each turn. */
export type SpeedFinding =
  | { readonly type: 'engine'; readonly engine: EngineFound }
  | { readonly type: 'case'; readonly measured: MeasuredCase }
  | { readonly type: 'row'; readonly row: MeasuredRow }
  | { readonly type: 'doing'; readonly doing: Doing };

/** All that was measured on a device, as it is kept and copied. */
export interface SpeedReport {
  readonly version: 1;
  /** When it began, as ISO 8601. */
  readonly date: string;
  /** In words. */
  readonly browser: string;
  readonly cores: number;
  readonly engines: readonly EngineFound[];
  readonly cases: readonly MeasuredCase[];
  readonly rows: readonly MeasuredRow[];
  /** Whether all was measured that was planned. */
  readonly isWhole: boolean;
}

/** A report of nothing yet. */
export function beginReport(date: string, browser: string, cores: number): SpeedReport {
  return { version: 1, date, browser, cores, engines: [], cases: [], rows: [], isWhole: false };
}

/** A report with one more finding; what is being done is no part of it. */
export function addFinding(report: SpeedReport, finding: SpeedFinding): SpeedReport {
  switch (finding.type) {
    case 'engine':
      return { ...report, engines: [...report.engines, finding.engine] };
    case 'case':
      return { ...report, cases: [...report.cases, finding.measured] };
    case 'row':
      return { ...report, rows: withRow(report.rows, finding.row) };
    case 'doing':
      return report;
  }
}

function withRow(rows: readonly MeasuredRow[], row: MeasuredRow): MeasuredRow[] {
  const isSame = (other: MeasuredRow) => other.case === row.case && other.entrant === row.entrant;
  const place = rows.findIndex(isSame);
  return place < 0 ? [...rows, row] : rows.with(place, row);
}

/** Takes what was kept, which may have been edited or written by another version; null if it is no report. */
export function readReport(value: unknown): SpeedReport | null {
  const report = (value ?? {}) as Partial<SpeedReport>;
  const isWhole =
    report.version === 1 &&
    !Number.isNaN(Date.parse(String(report.date))) &&
    typeof report.browser === 'string' &&
    isPositive(report.cores) &&
    areAll(report.engines, isEngine) &&
    areAll(report.cases, isCase) &&
    areAll(report.rows, (row) => isRow(row, report.cases!)) &&
    typeof report.isWhole === 'boolean';
  return isWhole ? (value as SpeedReport) : null;
}

function areAll<T>(list: readonly T[] | undefined, is: (each: T) => boolean): boolean {
  return Array.isArray(list) && list.every((each) => each !== null && is(each as T));
}

function isEngine({ entrant, device, software, refusal }: EngineFound): boolean {
  const isKnown = entrants.includes(entrant) && typeof software === 'boolean';
  return isKnown && (device === null ? isText(refusal) : isText(device) && refusal === null);
}

function isCase({ id, ...sizes }: MeasuredCase): boolean {
  const { n_embd, batch_size, flopsPerStep, tokensPerStep } = sizes;
  return isText(id) && [n_embd, batch_size, flopsPerStep, tokensPerStep].every(isPositive);
}

function isRow(row: MeasuredRow, cases: readonly MeasuredCase[]): boolean {
  const { entrant, workers, opened, times, failure } = row;
  const isOfCase = cases.some(({ id }) => id === row.case) && entrants.includes(entrant);
  const areTimes = areAll(times, isPositive) && (opened === null || isPositive(opened));
  return isOfCase && isPositive(workers) && areTimes && (failure === null || isText(failure));
}

const isText = (value: unknown) => typeof value === 'string';
const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value);
