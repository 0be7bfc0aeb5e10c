import { compareTraces } from '../../engine/checks/traceComparison';
import type { AdamConfig } from '../../engine/adam';
import type { Engine, EngineName, ModelState, TrainStep } from '../../engine/engine';
import { buildProgram, type Program } from '../../engine/program';
import { Plan } from '../plan';
import { adamConfig } from '../settings';
import { REFERENCE } from './engineChoices';
import type { StepSetup } from './stepSetup';
import type { ComparisonFinding, Gap, Told } from './tasks';

/** What tasks need of the place where they run. */
export interface TaskPlace {
  /** Throws DeviceError if that engine cannot be had here. */
  open(engine: EngineName, program: Program, adam: AdamConfig): Promise<Engine>;
  /** Milliseconds. */
  now(): number;
}

/** Traces a step by the reference and by another engine, compares all that they wrote, then times both. */
export async function* compareEngines(
  { config, batch, seed, state }: StepSetup,
  { request, engine }: Told<'comparison'>,
  place: TaskPlace
): AsyncGenerator<ComparisonFinding> {
  const program = buildProgram(config);
  const pair = await openPair(program, { adam: adamConfig(request.settings), engine, place });
  try {
    await loadPair(pair, state);
    const { expected, actual } = pair;
    yield { type: 'devices', expected: expected.device, actual: actual.device };
    const options = { seed, record: true };
    const traces = {
      expected: await expected.trace(batch, options),
      actual: await actual.trace(batch, options)
    };
    for (const compared of compareTraces(program, batch, traces))
      yield { type: 'tensor', compared };
    for (const timed of [expected, actual]) {
      const times = await timed.timeNodes?.(batch, () => place.now());
      if (times) yield { type: 'times', engine: timed.name, times };
    }
  } finally {
    dispose(pair);
  }
}

/** Lets both train the run's steps, each by itself, to its last at most, and tells how far apart they are after each. */
export async function* gapsOfEngines(
  setup: StepSetup,
  { request, engine, from, steps }: Told<'gaps'>,
  place: TaskPlace
): AsyncGenerator<Gap> {
  const plan = new Plan(request);
  const state = from === 'step' ? setup.state : plan.initial;
  const adam = adamConfig(request.settings);
  const pair = await openPair(plan.program, { adam, engine, place });
  try {
    await loadPair(pair, state);
    const last = Math.min(state.step + steps, plan.settings.num_steps);
    for (let done = state.step; done < last; done++) {
      yield await gapAfter(pair, plan.steps(done, 1));
    }
  } finally {
    dispose(pair);
  }
}

interface Pair {
  readonly expected: Engine;
  readonly actual: Engine;
}

async function openPair(
  program: Program,
  { adam, engine, place }: { adam: AdamConfig; engine: EngineName; place: TaskPlace }
): Promise<Pair> {
  const actual = await place.open(engine, program, adam);
  return { expected: await place.open(REFERENCE, program, adam), actual };
}

/** Both begin with the same numbers: those that f32 holds. */
async function loadPair({ expected, actual }: Pair, state: ModelState): Promise<void> {
  const { step } = state;
  const [weights, m, v] = [state.weights, state.m, state.v].map((x) => x.map(Math.fround));
  await expected.load({ step, weights, m, v });
  await actual.load({ step, weights, m, v });
}

function dispose({ expected, actual }: Pair): void {
  expected.dispose();
  actual.dispose();
}

async function gapAfter({ expected, actual }: Pair, steps: readonly TrainStep[]): Promise<Gap> {
  const [a, b] = [await expected.train(steps, false), await actual.train(steps, false)];
  const [v, w] = [(await expected.save()).weights, (await actual.save()).weights];
  return {
    step: steps[0].step,
    loss: { expected: a.metrics[0].loss, actual: b.metrics[0].loss },
    ...distance(v, w)
  };
}

function distance(expected: Float64Array, actual: Float64Array): Pick<Gap, 'largest' | 'relative'> {
  let largest = 0;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    const d = actual[i] - expected[i];
    largest = Math.max(largest, Math.abs(d));
    difference += d * d;
    size += expected[i] * expected[i];
  }
  return { largest, relative: Math.sqrt(difference / size) };
}
