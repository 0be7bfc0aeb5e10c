import type { Plan } from './plan';

/** Most steps between keyframes to begin with, and most milliseconds to train them again on the CPU. */
const MOST_STEPS = 25;
const MOST_TIME = 500;

/** Floating-point operations that the loops of the CPU engine do in a millisecond, about. */
const CPU_SPEED = 1e6;

/** Share of the places that is left to keyframes out of turn: those at a change of engine. */
const RESERVE = 0.05;

/** Steps whose batches tell how long a step is. */
const PROBED_STEPS = 16;

/**
 * Steps between keyframes to begin with: few enough to be trained again quickly, and such that doubling, as memory
 * fills, ends close to the least spacing with which the whole run fits.
 * @param places how many keyframes memory has room for
 */
export function firstSpacing(plan: Plan, places: number): number {
  const longest = Math.max(1, Math.min(MOST_STEPS, Math.floor(MOST_TIME / stepTime(plan))));
  let spacing = Math.ceil(plan.settings.num_steps / (places * (1 - RESERVE)));
  if (spacing < longest) return longest;
  while (spacing > longest) spacing = Math.ceil(spacing / 2);
  return spacing;
}

/** Milliseconds of a step on the CPU, about: each weight is multiplied and added three times at each position. */
function stepTime(plan: Plan): number {
  const probed = plan.steps(0, PROBED_STEPS);
  const positions = probed.reduce((sum, { batch }) => sum + batch.T, 0) / PROBED_STEPS;
  return (6 * plan.program.num_params * positions) / CPU_SPEED;
}
