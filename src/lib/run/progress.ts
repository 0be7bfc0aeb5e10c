import type { Progress, StepOutline } from './questions';

/** How far a tensor's gradient has come when so many operations of the backward pass are done. */
export function progressOf(
  { stops, seedTensor }: Pick<StepOutline, 'stops' | 'seedTensor'>,
  position: number,
  tensor: string
): Progress {
  const adders = stops.flatMap(({ contributions }, i) =>
    contributions.some((contribution) => contribution.tensor === tensor) ? [i] : []
  );
  const total = adders.length;
  const done = adders.filter((i) => i < position).length;
  if (tensor === seedTensor) return { done, total, state: 'complete' };
  return { done, total, state: done === 0 ? 'none' : done < total ? 'partial' : 'complete' };
}

/** The first position at which a tensor's gradient is complete. */
export function completeAt({ stops }: Pick<StepOutline, 'stops'>, tensor: string): number {
  return (
    stops.findLastIndex(({ contributions }) => contributions.some((c) => c.tensor === tensor)) + 1
  );
}
