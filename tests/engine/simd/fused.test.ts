import { beforeAll, describe, expect, test } from 'vitest';
import { scheduledRate } from '$lib/engine/adam';
import { makeBatch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { describeDeviation, worstDeviation } from '$lib/engine/deviation';
import type { TrainStep } from '$lib/engine/engine';
import { parameterGroups, type ModelConfig, type Program } from '$lib/engine/program';
import type { SimdModule } from '$lib/engine/simd/module';
import { SimdEngine } from '$lib/engine/simd/simdEngine';
import { runTolerance, stepTolerance } from '$lib/engine/tolerances';
import { Tokenizer } from '$lib/engine/tokenizer';
import { adam, drawBatch, smallModel } from '../gpu/models';
import { modules } from './modules';
import { models, tooFar, trainAll, type Trained } from './trainers';

/** With so large an ε an update grows with its gradient, and not with the gradient's sign alone. */
const gentle = { ...adam, eps_adam: 1 };

/** The same steps on both engines. */
async function trainBoth(
  module: SimdModule,
  config: Partial<ModelConfig>,
  adamConfig: typeof adam,
  steps: (program: Program) => TrainStep[]
) {
  const { program, state } = smallModel(config);
  const simd = await SimdEngine.open(program, adamConfig, { module });
  const actual = await trainAll(simd, state, steps(program));
  const cpu = new CpuEngine(program, adamConfig);
  return { program, actual, expected: await trainAll(cpu, state, steps(program)) };
}

describe.each(modules)('$kind SIMD', (module) => {
  describe.each(models)('one fused step of %s', (_, config, lengths) => {
    const step = (program: Program) => [
      { step: 1, batch: drawBatch(program, lengths), learning_rate: 0.1 }
    ];
    let program: Program;
    let actual: Trained;
    let expected: Trained;
    beforeAll(async () => {
      ({ program, actual, expected } = await trainBoth(module, config, gentle, step));
    });

    test('has the losses, probabilities and attention weights of the reference', () => {
      const { losses, probs, attention, ...exact } = actual.frame;
      const { values } = stepTolerance;
      const { step, T, tokens, targets } = expected.frame;
      expect(exact).toEqual({ step, T, tokens, targets });
      expect([
        ...tooFar('loss', [actual.metrics[0].loss], [expected.metrics[0].loss], values),
        ...tooFar('losses', losses, expected.frame.losses, values),
        ...tooFar('probs', probs, expected.frame.probs, values),
        ...expected.frame.attention.flatMap((weights, l) =>
          tooFar(`attention ${l}`, attention[l], weights, values)
        )
      ]).toEqual([]);
    });

    test('takes the gradients of the reference', () => {
      const far = program.parameters.flatMap(({ name, offset, size }) => {
        const part = ({ gradients }: Trained) => gradients.subarray(offset, offset + size);
        return tooFar(name, part(actual), part(expected), stepTolerance.gradients);
      });
      expect(far).toEqual([]);
    });

    test.each(['weights', 'm', 'v'] as const)('leaves the %s of the reference', (kind) => {
      const far = program.parameters.flatMap(({ name, offset, size }) => {
        const part = ({ state }: Trained) => state[kind].subarray(offset, offset + size);
        const tolerance = stepTolerance[kind === 'weights' ? 'values' : 'gradients'];
        return tooFar(name, part(actual), part(expected), tolerance);
      });
      expect(far).toEqual([]);
      expect(actual.state.step).toBe(1);
    });

    test.each(['gradientNorms', 'updateNorms'] as const)('tells the %s of the reference', (of) => {
      const far = parameterGroups.flatMap((group) => {
        const norm = ({ metrics }: Trained) => [metrics[0][of][group]];
        return tooFar(group, norm(actual), norm(expected), stepTolerance.gradients);
      });
      expect(far).toEqual([]);
    });
  });

  test('moments carried into a later step are used and corrected as in the reference', async () => {
    const { actual, expected } = await trainBoth(module, {}, gentle, (program) =>
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
    ['relu', 1, 1],
    ['relu2', 2, 1],
    ['relu', 1, 12]
  ] as const)(
    '200 steps with %s, %i layers and %i documents stay with the f64 losses',
    async (activation, n_layer, batch_size) => {
      const docs = names.split(' ');
      const tokenizer = new Tokenizer(docs);
      const { vocab_size } = tokenizer;
      const sizes = { n_embd: 16, n_head: 4, block_size: 8, batch_size };
      const config = { activation, n_layer, vocab_size, ...sizes };
      const steps = Array.from({ length: 200 }, (_, done) => {
        const batch = Array.from({ length: batch_size }, (_, i) => docs[(done + i) % docs.length]);
        return {
          step: done + 1,
          batch: makeBatch(
            batch.map((doc) => tokenizer.encode(doc)),
            config.block_size
          ),
          learning_rate: scheduledRate('linear', 0.01, done, 200)
        };
      });
      const { actual, expected } = await trainBoth(module, config, adam, () => steps);
      const losses = ({ metrics }: Trained) => metrics.map(({ loss }) => loss);
      const [first, last] = [losses(expected)[0], losses(expected)[199]];
      expect(last).toBeLessThan(first - 0.5);
      const deviation = worstDeviation(losses(actual), losses(expected), {
        rtol: 0,
        atol: runTolerance.losses
      });
      expect(deviation.share, describeDeviation(deviation)).toBeLessThanOrEqual(1);
    }
  );
});
