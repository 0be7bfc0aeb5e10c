import { parameterGroups } from '../../program';
import type { WeightTiles } from './weightTiles';
import { fusedKernel, type FusedKernel } from './wgsl';

/** Items that share a sum; what they find is added up on the CPU, in f64. */
export const LANES = 16;

/** Sums of a step: for each parameter group the squares of gradient and update, then the losses. */
export const SUMS = parameterGroups.length + 1;

/** Items of the sums of so many steps. */
export const sumItems = (steps: number) => steps * SUMS * LANES;

/**
 * Sums over a step's readings, for all steps of [span.first, span.end) at once: sums (step, SUMS, LANES), in each
 * (gradient², update²), or (loss, 0) for the losses. One item per number, every LANES-th addend in order.
 */
export function sums({ groups }: WeightTiles): FusedKernel {
  const cases = parameterGroups.map((group, i) => {
    const { from, to } = groups[group];
    return `if (group == ${i}u) { range = vec2u(T + ${from}u, T + ${to}u); }`;
  });
  return fusedKernel(
    'metrics',
    { SUMS, LANES },
    `
  let step = span.first + item / (SUMS * LANES);
  if (step >= span.end) { return; }
  let lane = item % LANES;
  let group = item / LANES % SUMS;
  let T = steps[step].T;
  var range = vec2u(0u, T);
  ${cases.join('\n  ')}
  var sum = vec2f();
  for (var i = range.x + lane; i < range.y; i += LANES) { sum += readings[steps[step].readings + i]; }
  sums[steps[step].sums + item % (SUMS * LANES)] = sum;`
  );
}
