import { adamStep } from '../engine/adam';
import { dot } from '../engine/attribution/groups';
import { movedRows } from '../engine/attribution/movedRows';
import { explainUpdate } from '../engine/attribution/weightUpdate';
import { precisions } from '../engine/engine';
import { ulpOf } from '../engine/expression/verify';
import { indexOfWeight, parameterOf, type Weight } from './branch';
import type { Plan } from './plan';
import { adamConfig } from './settings';
import {
  byGroup,
  type Overflow,
  type UpdateOutline,
  type UpdateReading,
  type WeightStep
} from './updateQuestions';
import type { UpdateRecord } from './updateRecord';

/** A step's update without its numbers. @param loss as training told it */
export function outlineOf(plan: Plan, record: UpdateRecord, loss: number): UpdateOutline {
  const { program } = plan;
  const { step, engine, batch, learning_rate, gradient, change } = record;
  const T = batch.lengths[0];
  const moved = (name: string) => movedRows(parameterOf(program, name), change, gradient);
  return {
    step,
    engine,
    loss,
    exact: Object.is(loss, record.loss),
    learning_rate,
    documents: plan.documents(step),
    tokens: [...batch.tokens.subarray(0, T)],
    targets: [...batch.targets.subarray(0, T)],
    parameters: program.parameters.map(({ name, group, shape }) => ({ name, group, shape })),
    promised: byGroup((group) => dot(program, group, gradient, change)),
    moved: { wte: moved('wte'), lm_head: moved('lm_head') },
    overflow: overflowOf(plan, record)
  };
}

/** In the order in which Adam computes them. */
function overflowOf({ program }: Plan, { states }: UpdateRecord): Overflow | null {
  for (const of of ['m', 'v', 'weights'] as const) {
    const numbers = states.after[of];
    const index = numbers.findIndex((x) => !Number.isFinite(x));
    if (index < 0) continue;
    const { name, offset, shape } = program.parameters.findLast((p) => p.offset <= index)!;
    const [row, column] = [Math.floor((index - offset) / shape[1]), (index - offset) % shape[1]];
    return { of, parameter: name, row, column, value: numbers[index] };
  }
  return null;
}

/** The numbers of one parameter. */
export function readUpdate(
  { program }: Plan,
  { before, gradient, change }: UpdateRecord,
  parameter: string,
  reading: UpdateReading
): Float64Array {
  const { offset, size } = parameterOf(program, parameter);
  return { value: before, gradient, moved: change }[reading].slice(offset, offset + size);
}

/** One weight's update, worked out in f64 from what the engine held before the step. */
export function weightStep(
  { program, settings }: Plan,
  { engine, step, learning_rate, gradient, states }: UpdateRecord,
  weight: Weight
): WeightStep {
  const i = indexOfWeight(program, weight);
  const adam = adamConfig(settings);
  const update = adamStep(adam, learning_rate, step);
  const of = ({ weights, m, v }: UpdateRecord['states']['before']) => ({
    w: weights[i],
    m: m[i],
    v: v[i]
  });
  const before = { ...of(states.before), g: gradient[i] };
  const trained = of(states.after);
  const explained = explainUpdate(adam, update, before);
  const exact = (['w', 'm', 'v'] as const).every((x) => Object.is(explained[x], trained[x]));
  const apart = Math.abs(explained.w - trained.w);
  const ulp = apart / ulpOf(trained.w, precisions[engine]);
  return { weight, engine, adam, update, before, explained, trained, exact, ulp };
}
