import { adamStep, adamUpdate, type AdamConfig } from './adam';
import { makeBatch } from './batch';
import { CpuEngine } from './cpu/cpuEngine';
import { describeDeviation, worstDeviation } from './deviation';
import type { Engine, ModelState, TrainStep } from './engine';
import { DeviceError } from './errors';
import {
  compareCase,
  complaint,
  makeCase,
  type CaseResult,
  type OperationCase
} from './operationCase';
import { operations } from './ops/index';
import type { Operation } from './ops/operation';
import { buildProgram, type ModelConfig, type Program } from './program';
import { Random } from './random';
import { stepTolerance } from './tolerances';

/**
 * Runs one sample of every operation, forward and backward, against the CPU's loops: some devices compute wrongly.
 * @param label of the device
 * Throws DeviceError naming the operation and the tensor that is off.
 */
export async function checkOperations(
  label: string,
  run: (cases: readonly OperationCase[]) => Promise<readonly CaseResult[]>,
  checked: readonly Operation[] = Object.values(operations)
): Promise<void> {
  const random = new Random(1);
  const cases = checked.map((operation) => makeCase(operation, middle(operation.samples), random));
  const results = await run(cases);
  cases.forEach((operationCase, i) => {
    const found = complaint(operationCase.operation, compareCase(operationCase, results[i]));
    if (found) throw new DeviceError(`self-check on ${label}: ${found}`);
  });
}

/** Neither the case of single numbers nor the largest. */
function middle<T>(samples: readonly T[]): T {
  return samples[Math.floor((samples.length - 1) / 2)];
}

const ADAM: AdamConfig = { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 };

/** Rows, heads and a vocabulary that fill no vector, and documents of two lengths. */
const SMALL: Omit<ModelConfig, 'activation'> = {
  vocab_size: 11,
  n_layer: 1,
  n_embd: 10,
  n_head: 2,
  block_size: 9,
  batch_size: 2
};

/**
 * Trains a small step for each activation, and holds its loss and gradients to those of the CPU's loops, and the weights
 * after it to Adam's rule in f64.
 * Throws DeviceError naming the tensor that is off.
 */
export async function checkSteps(
  label: string,
  open: (program: Program, adam: AdamConfig) => Promise<Engine>
): Promise<void> {
  for (const activation of ['relu', 'relu2'] as const) {
    const program = buildProgram({ ...SMALL, activation });
    const engine = await open(program, ADAM);
    const found = await compareStep(program, engine);
    engine.dispose();
    if (found) throw new DeviceError(`self-check on ${label}: a step with ${activation}, ${found}`);
  }
}

/** What is beyond tolerance in a step; undefined if nothing is. */
async function compareStep(program: Program, engine: Engine): Promise<string | undefined> {
  const { state, step } = smallStep(program);
  const actual = await trainOne(engine, state, step);
  const expected = await trainOne(new CpuEngine(program, ADAM), state, step);
  const { values, gradients } = stepTolerance;
  const compared = [
    tooFar('loss', [actual.loss], [expected.loss], values),
    ...program.parameters.map(({ name, offset, size }) => {
      const of = ({ gradient }: Outcome) => gradient.subarray(offset, offset + size);
      return tooFar(`d${name}`, of(actual), of(expected), gradients);
    }),
    tooFar('weights', actual.weights, updated(state, actual.gradient, step), values)
  ];
  return compared.find((found) => found !== undefined);
}

/** What a step came to. */
interface Outcome {
  readonly loss: number;
  readonly gradient: Float64Array;
  readonly weights: Float64Array;
}

async function trainOne(engine: Engine, state: ModelState, step: TrainStep): Promise<Outcome> {
  await engine.load(state);
  const { metrics } = await engine.train([step], false);
  const gradient = await engine.lastGradients();
  const { weights } = await engine.save();
  return { loss: metrics[0].loss, gradient, weights };
}

function smallStep(program: Program): { state: ModelState; step: TrainStep } {
  const random = new Random(1);
  const zeros = () => new Float64Array(program.num_params);
  const weights = zeros().map(() => Math.fround(0.8 * random.random() - 0.4));
  const token = () => Math.floor(random.random() * SMALL.vocab_size);
  const documents = [SMALL.block_size, 4].map((length) =>
    Int32Array.from({ length: length + 1 }, token)
  );
  const batch = makeBatch(documents, SMALL.block_size);
  const step = { step: 1, batch, learning_rate: 0.01 };
  return { state: { step: 0, weights, m: zeros(), v: zeros() }, step };
}

/** The weights after Adam's update with a gradient. */
function updated(
  { weights, m, v }: ModelState,
  g: Float64Array,
  { step, learning_rate }: TrainStep
): Float64Array {
  const w = weights.slice();
  const arrays = { w, g, m: m.slice(), v: v.slice() };
  adamUpdate(ADAM, adamStep(ADAM, learning_rate, step), arrays, 0, w.length);
  return w;
}

/** In words, by how much numbers are farther off than `error` of the largest; undefined if they are not. */
function tooFar(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { error }: { readonly error: number }
): string | undefined {
  const largest = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  const deviation = worstDeviation(actual, expected, { rtol: 0, atol: error * largest });
  return deviation.share <= 1 ? undefined : `${what}: needs ${describeDeviation(deviation)}`;
}
