import type { CellCheckPoint } from '../../engine/checks/cellCheck';
import type { CellCheck, EntryCheck } from './tasks';

export type { CellCheckPoint };

/** The step size whose difference comes nearest to the gradient; those that cross a kink do not count. */
export function bestPoint({ points }: CellCheck): CellCheckPoint | undefined {
  const smooth = points.filter(({ kinked }) => !kinked);
  return smooth.reduce<CellCheckPoint | undefined>(
    (best, point) => (best && !(point.error < best.error) ? best : point),
    undefined
  );
}

/** How many times its expected rounding an error must be to be more than that. */
const CLEARLY = 30;

/** How near a difference comes to a right gradient at its best step, relative to them. */
const NEAR = 1e-4;

/** `unread`: moving the cell changes nothing. `kink`: a unit crosses a kink at every step size. */
export type CellVerdict = 'agrees' | 'disagrees' | 'unread' | 'kink';

/** Whether backward and the best difference tell of one slope. */
export function judgeCell(check: CellCheck): CellVerdict {
  const best = bestPoint(check);
  if (!best) return 'kink';
  const larger = Math.max(Math.abs(check.analytic), Math.abs(best.numeric));
  if (check.analytic === 0 && check.points.every(({ numeric }) => numeric === 0)) return 'unread';
  return best.error <= CLEARLY * best.rounding || best.error <= NEAR * larger
    ? 'agrees'
    : 'disagrees';
}

/**
 * The c of truncation ≈ c · h²: from the smallest step whose error rounding cannot explain. Null where rounding explains
 * them all, as where the function is no more bent than a parabola.
 */
export function truncationOf(check: CellCheck): number | null {
  if (judgeCell(check) !== 'agrees') return null;
  const bent = check.points.filter(
    ({ error, rounding, kinked }) => !kinked && error > CLEARLY * rounding
  );
  const last = bent.at(-1);
  return last ? last.error / last.h ** 2 : null;
}

/** What the check of the model found in one parameter. */
export interface ParameterFinding {
  readonly parameter: string;
  readonly entries: number;
  /** Entries that are wrong, and those beside a kink. */
  readonly failed: number;
  readonly kinked: number;
  /** The entry farthest from its difference, in shares of what is allowed; null if all are beside a kink. */
  readonly worst: EntryCheck | null;
}

/** By parameter, in the order checked. */
export function byParameter(entries: readonly EntryCheck[]): ParameterFinding[] {
  const names = [...new Set(entries.map(({ cell }) => cell.tensor))];
  return names.map((parameter) => {
    const own = entries.filter(({ cell }) => cell.tensor === parameter);
    const judged = own.filter(({ verdict }) => verdict !== 'kink');
    const share = ({ error, allowed }: EntryCheck) =>
      Number.isNaN(error) ? Infinity : error / allowed;
    const worst = judged.reduce<EntryCheck | null>(
      (a, b) => (a && !(share(b) > share(a)) ? a : b),
      null
    );
    const failed = judged.filter(({ verdict }) => verdict === 'fails').length;
    return { parameter, entries: own.length, failed, kinked: own.length - judged.length, worst };
  });
}

/** Seconds that are left, if what is to come goes as fast as what was; null before anything is known. */
export function secondsLeft(done: number, total: number, ms: number): number | null {
  return done === 0 ? null : ((total - done) * ms) / done / 1000;
}
