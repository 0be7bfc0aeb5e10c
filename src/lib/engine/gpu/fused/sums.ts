import { parameterGroups } from '../../program';
import { UNIT, type WeightLayout } from './weightLayout';
import { fusedKernel, type FusedKernel } from './wgsl';

/** Threads that share a sum; what they find is added up on the CPU, in f64. */
export const LANES = 16;

/** Sums of a step: for each parameter group the squares of gradient and update, then the losses. */
export const SUMS = parameterGroups.length + 1;

/**
 * Sums over a step's weights and rows, for all steps of a submit at once: sums (step, SUMS, LANES), in each
 * (gradient², update²), or (loss, 0) for the losses. One thread per number, every LANES-th addend in order.
 */
export function sums(layout: WeightLayout): FusedKernel {
  const ranges = parameterGroups.map((group) => {
    const [from, to] = layout.groups[group];
    return `vec2u(${from / UNIT}u, ${to / UNIT}u)`;
  });
  return fusedKernel(
    'sums',
    'sums',
    { UNITS: layout.size / UNIT, GROUPS: parameterGroups.length, LANES },
    `
fn units(group: u32) -> vec2u {
  ${ranges.map((range, group) => `if (group == ${group}u) { return ${range}; }`).join('\n  ')}
  return vec2u();
}
@main
  let lane = id.x % LANES;
  let group = id.x / LANES;
  if (group > GROUPS) { return; }
  let step = steps[id.y].step;
  var sum = vec2f();
  if (group < GROUPS) {
    let range = units(group);
    for (var i = range.x + lane; i < range.y; i += LANES) { sum += squares[step.slot * UNITS + i]; }
  } else {
    for (var t = lane; t < step.T; t += LANES) { sum.x += losses[step.row + t]; }
  }
  sums[step.sums + group * LANES + lane] = sum;`
  );
}
