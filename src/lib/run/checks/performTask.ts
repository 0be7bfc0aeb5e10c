import { buildProgram } from '../../engine/program';
import { spoil } from './bugs';
import { adjointFindings, cellFindings, modelFindings, type CheckedStep } from './loopChecks';
import type { Found, Job, TaskKind, Told } from './tasks';
import { compareEngines, gapsOfEngines, type TaskPlace } from './twoEngines';

/** Findings one after another, as they come. */
type Findings<K extends TaskKind> = AsyncIterable<Found<K>> | Iterable<Found<K>>;

type Performances = {
  readonly [K in TaskKind]: (step: CheckedStep, told: Told<K>, place: TaskPlace) => Findings<K>;
};

const performances: Performances = {
  cell: cellFindings,
  adjoints: adjointFindings,
  model: modelFindings,
  comparison: ({ setup }, told, place) => compareEngines(setup, told, place),
  gaps: ({ setup }, told, place) => gapsOfEngines(setup, told, place)
};

/** Does one task on a step; nothing outside is touched. Throws RangeError for what is not there, and DeviceError. */
export function performTask<K extends TaskKind>(
  { kind, setup, told, bug }: Job<K>,
  place: TaskPlace
): Findings<K> {
  const program = spoil(buildProgram(setup.config), bug);
  return performances[kind]({ program, setup }, told, place);
}
