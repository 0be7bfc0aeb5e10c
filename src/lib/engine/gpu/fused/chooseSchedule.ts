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
 * A dispatch with its barrier costs 5 to 10 µs on a GPU, and some 15 on a software adapter. Barriers within a workgroup
 * are cheap on a GPU, and on a software adapter where it is a single subgroup. So dispatches are few everywhere, and
 * where a model is so small that they cost more than its arithmetic, there is one for many steps. `wide` is for stages
 * that are timed.
 */
export function chooseSchedule(
  { num_params, capacity }: Pick<Program, 'num_params' | 'capacity'>,
  software: boolean
): ScheduleName {
  // Each weight is multiplied and added once forward and twice backward for every position.
  const operations = 6 * num_params * capacity;
  const most = software ? MOST_SINGLE.software : MOST_SINGLE.hardware;
  return operations <= most ? 'single' : 'chained';
}

/**
 * What to begin with, till the chosen schedule is compiled: software adapters compile slowly, and single kernels
 * fastest. Where that is quick, nothing is gained.
 */
export function firstSchedule(chosen: ScheduleName, software: boolean): ScheduleName {
  return software ? 'wide' : chosen;
}
