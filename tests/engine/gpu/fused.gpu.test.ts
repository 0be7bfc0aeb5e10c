import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scheduledRate } from '$lib/engine/adam';
import { makeBatch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { describeDeviation, worstDeviation } from '$lib/engine/deviation';
import type { Engine, TrainStep } from '$lib/engine/engine';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { FusedTrainer } from '$lib/engine/gpu/fused/fusedTrainer';
import { parameterGroups, type ModelConfig, type Program } from '$lib/engine/program';
import { runTolerance, stepTolerance } from '$lib/engine/tolerances';
import { Tokenizer } from '$lib/engine/tokenizer';
import { adam, drawBatch, smallModel } from './models';

let device: Device;
beforeAll(async () => {
  device = await openDevice(navigator.gpu);
});
afterAll(() => device.close());

/** With so large an ε an update grows with its gradient, and not with the gradient's sign alone. */
const gentle = { ...adam, eps_adam: 1 };

/** In words, by how much numbers are farther from the reference than `error` of its largest number. */
function tooFar(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { error }: { readonly error: number }
): string[] {
  const largest = Array.from(expected).reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  const deviation = worstDeviation(actual, expected, { rtol: 0, atol: largest * error });
  return deviation.share <= 1 ? [] : [`${what}: needs ${describeDeviation(deviation)}`];
}

/** The same steps on both engines, the last one watched. */
async function trainBoth(
  config: Partial<ModelConfig>,
  adamConfig: typeof adam,
  steps: (program: Program) => TrainStep[]
) {
  const { program, state } = smallModel(config);
  const run = async (engine: Pick<Engine, 'load' | 'train' | 'save'>) => {
    await engine.load(state);
    const { metrics, frame } = await engine.train(steps(program), true);
    return { metrics, frame: frame!, state: await engine.save() };
  };
  const trainer = await FusedTrainer.create(device, program, adamConfig);
  const actual = await run(trainer);
  trainer.dispose();
  return { program, actual, expected: await run(new CpuEngine(program, adamConfig)) };
}

const models: [string, Partial<ModelConfig>, number[]][] = [
  ['microgpt', { n_layer: 1, n_embd: 16, n_head: 4, block_size: 16, vocab_size: 27 }, [7]],
  ['heads of 1', { n_layer: 1, n_embd: 4, n_head: 4, block_size: 2, vocab_size: 2 }, [1]],
  ['heads of 2', { n_embd: 6, n_head: 3, block_size: 5, vocab_size: 257 }, [2, 9, 1]],
  ['heads of 5', { n_embd: 20, n_head: 4, activation: 'relu2' }, [7, 3, 7]],
  ['five heads of 1', { n_layer: 1, n_embd: 5, n_head: 5, vocab_size: 9 }, [6, 1]],
  ['one head of 13', { n_embd: 13, n_head: 1, block_size: 9, vocab_size: 3 }, [4, 12, 9]],
  ['max', { n_embd: 64, n_head: 8, block_size: 64, vocab_size: 65, batch_size: 1 }, [80]],
  ['one head of 64', { n_embd: 64, n_head: 1, block_size: 64, activation: 'relu2' }, [64, 1, 30]],
  [
    '32 documents',
    { n_layer: 1, n_embd: 8, n_head: 2, block_size: 9, batch_size: 32 },
    Array.from({ length: 32 }, (_, i) => 1 + ((i * 7) % 12))
  ]
];

describe.each(models)('one fused step of %s', (_, config, lengths) => {
  const step = (program: Program) => [
    { step: 1, batch: drawBatch(program, lengths), learning_rate: 0.1 }
  ];
  let both: Awaited<ReturnType<typeof trainBoth>>;
  beforeAll(async () => {
    both = await trainBoth(config, gentle, step);
  });

  test('has the losses, probabilities and attention weights of the reference', () => {
    const { actual, expected } = both;
    const { losses, probs, attention, ...exact } = actual.frame;
    const { values } = stepTolerance;
    expect(exact).toMatchObject({ ...exact, T: expected.frame.T, step: 1 });
    expect([exact.tokens, exact.targets]).toEqual([expected.frame.tokens, expected.frame.targets]);
    expect([
      ...tooFar('loss', [actual.metrics[0].loss], [expected.metrics[0].loss], values),
      ...tooFar('losses', losses, expected.frame.losses, values),
      ...tooFar('probs', probs, expected.frame.probs, values),
      ...expected.frame.attention.flatMap((weights, l) =>
        tooFar(`attention ${l}`, attention[l], weights, values)
      )
    ]).toEqual([]);
  });

  // From moments of 0, m = (1 − β₁) g and v = (1 − β₂) g²: every gradient shows in them.
  test.each(['weights', 'm', 'v'] as const)('leaves the %s of the reference', (kind) => {
    const { program, actual, expected } = both;
    const far = program.parameters.flatMap(({ name, offset, size }) => {
      const part = (of: Float64Array) => of.subarray(offset, offset + size);
      const tolerance = stepTolerance[kind === 'weights' ? 'values' : 'gradients'];
      return tooFar(name, part(actual.state[kind]), part(expected.state[kind]), tolerance);
    });
    expect(far).toEqual([]);
    expect(actual.state.step).toBe(1);
  });

  test.each(['gradientNorms', 'updateNorms'] as const)('tells the %s of the reference', (norms) => {
    const { actual, expected } = both;
    const far = parameterGroups.flatMap((group) => {
      const [norm, reference] = [actual, expected].map((run) => run.metrics[0][norms][group]);
      return tooFar(group, [norm], [reference], stepTolerance.gradients);
    });
    expect(far).toEqual([]);
  });
});

test('moments carried into a later step are used and corrected as in the reference', async () => {
  const { actual, expected } = await trainBoth({}, gentle, (program) =>
    [8, 9, 11].map((step) => ({
      step,
      batch: drawBatch(program, [step - 7, 7], step),
      learning_rate: 0.3 / step
    }))
  );
  const { values, gradients } = stepTolerance;
  expect([
    ...tooFar('weights', actual.state.weights, expected.state.weights, values),
    ...tooFar('m', actual.state.m, expected.state.m, gradients),
    ...tooFar('v', actual.state.v, expected.state.v, gradients)
  ]).toEqual([]);
  expect(actual.state.step).toBe(11);
});

const names = 'emma olivia ava isabella sophia mia amelia luna ella gianna nora lily zoe eva';

test.each([
  ['relu', 1],
  ['relu2', 2]
] as const)(
  '200 steps with %s and %i layers stay with the f64 losses',
  async (activation, n_layer) => {
    const docs = names.split(' ');
    const tokenizer = new Tokenizer(docs);
    const { vocab_size } = tokenizer;
    const config = { activation, n_layer, vocab_size, n_embd: 16, n_head: 4, block_size: 8 };
    const steps = Array.from({ length: 200 }, (_, done) => ({
      step: done + 1,
      batch: makeBatch([tokenizer.encode(docs[done % docs.length])], config.block_size),
      learning_rate: scheduledRate('linear', 0.01, done, 200)
    }));
    const { actual, expected } = await trainBoth(config, adam, () => steps);
    const losses = ({ metrics }: typeof actual) => metrics.map(({ loss }) => loss);
    const [first, last] = [losses(expected)[0], losses(expected)[199]];
    expect(last).toBeLessThan(first - 0.5);
    const deviation = worstDeviation(losses(actual), losses(expected), {
      rtol: 0,
      atol: runTolerance.losses
    });
    expect(deviation.share, describeDeviation(deviation)).toBeLessThanOrEqual(1);
  }
);
