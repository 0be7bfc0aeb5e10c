import type { Program } from '../../program';
import type { ScheduleName } from './schedule';

/**
 * Most floating-point operations of a step for one workgroup. Software: measured on SwiftShader, where it was ahead at
 * 0.4 million, level at 0.7 and behind from 0.8 on. Hardware: estimated, from a workgroup's some 20 GFLOP/s and the
 * 50 µs that the dispatches of a step cost.
 */
const MOST_SINGLE = { software: 5e5, hardware: 1e6 };

/**
 * The fastest way to run a program's steps.
 *
 * On a GPU a dispatch with its barrier costs 5 to 10 µs and barriers within a workgroup are cheap: dispatches are few.
 * A software adapter has few threads and as many workgroups as it likes: tiles of rows are too few for them where
 * documents are short (at preset max on names chains took 1.3 × as long), and chains take twice as long to compile.
 * Where a model is so small that dispatches cost more than its arithmetic, there is one for many steps.
 */
export function chooseSchedule(
  { num_params, capacity }: Pick<Program, 'num_params' | 'capacity'>,
  software: boolean
): ScheduleName {
  // Each weight is multiplied and added once forward and twice backward for every position.
  const operations = 6 * num_params * capacity;
  if (operations <= MOST_SINGLE[software ? 'software' : 'hardware']) return 'single';
  return software ? 'wide' : 'chained';
}

/**
 * What to begin with, till the chosen schedule is compiled: software adapters compile slowly, and single kernels
 * fastest. Where that is quick, nothing is gained.
 */
export function firstSchedule(chosen: ScheduleName, software: boolean): ScheduleName {
  return software ? 'wide' : chosen;
}
