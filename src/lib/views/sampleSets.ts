import type { SampleEvent } from '../run/protocol';

/** A set of samples in a list. */
export interface ListedSet {
  readonly set: SampleEvent;
  /** Which of the run's sets it is, from 0. */
  readonly place: number;
  /** Which of two compared steps it is nearest to. */
  readonly mark: '' | 'A' | 'B';
}

/**
 * The sets of a run that tell of a step: those drawn up to it, the last first, or if there is none the first of all;
 * the newest where no step is chosen. Where two are compared, the one nearest to each.
 */
export function setsAt(
  samples: readonly SampleEvent[],
  { step, compare }: { readonly step: number | null; readonly compare: number | null }
): ListedSet[] {
  const listed = samples.map((set, place) => ({ set, place, mark: '' }) as const);
  if (compare !== null) {
    const b = step ?? Infinity;
    const [placeA, placeB] = [compare, b].map((at) => nearestPlace(samples, at));
    if (placeA < 0) return [];
    const both = [{ ...listed[placeB], mark: 'B' } as const];
    return placeA === placeB ? both : [...both, { ...listed[placeA], mark: 'A' }];
  }
  const until = listed.filter(({ set }) => step === null || set.step <= step);
  return until.length > 0 ? until.reverse() : listed.slice(0, 1);
}

/** −1 if there is none. */
function nearestPlace(samples: readonly SampleEvent[], step: number): number {
  if (step === Infinity) return samples.length - 1;
  const distance = (place: number) => Math.abs(samples[place].step - step);
  return samples.reduce(
    (best, _, at) => (best < 0 || distance(at) < distance(best) ? at : best),
    -1
  );
}
