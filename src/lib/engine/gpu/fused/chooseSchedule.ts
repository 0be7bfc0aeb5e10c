import type { Program } from '../../program';
import type { ScheduleName } from './schedule';

/**
 * Most floating-point operations of a step that is run by one workgroup: it computes some 20 GFLOP/s, and what it saves
 * by having no dispatches, some 50 µs, buys no more.
 */
const MOST_SINGLE = 1e6;

/**
 * The fastest way to run a program's steps.
 *
 * On hardware a dispatch with its barrier costs 5 to 10 µs: few of them, and none at all for the smallest models.
 * A software adapter runs a workgroup of one subgroup without a cost for its barriers, and a dispatch costs it some
 * 15 µs: chains are faster there too. A single workgroup would leave all cores but one idle, and compiles slowly.
 */
export function chooseSchedule(
  { num_params, capacity }: Pick<Program, 'num_params' | 'capacity'>,
  software: boolean
): ScheduleName {
  // Each weight is multiplied and added once forward and twice backward for every position.
  const operations = 6 * num_params * capacity;
  return !software && operations <= MOST_SINGLE ? 'single' : 'chained';
}
