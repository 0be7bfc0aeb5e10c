import { describe, expect, test } from 'vitest';
import { makeBatch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { TrainStep } from '$lib/engine/engine';
import { groupNorms } from '$lib/engine/metrics';
import { Random } from '$lib/engine/random';
import { worstError } from './closeness';
import { drawModel, encode, flatten, smallModel } from './smallModel';

const documents = [['fade'], ['cab', '', 'abcdef'], ['bead', 'deaf'], ['']];

/** Steps of one to three documents each, of different lengths. */
const steps: TrainStep[] = Array.from({ length: 8 }, (_, i) => ({
  step: i + 1,
  batch: makeBatch(
    documents[i % documents.length].map((text) => encode(text)),
    smallModel.block_size
  ),
  learning_rate: 0.01 * (1 - i / 8)
}));

async function newEngine(now?: () => number) {
  const { program, weights } = drawModel({ n_layer: 2 }, new Random(6));
  const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 }, now);
  const zeros = new Float64Array(weights.length);
  await engine.load({ step: 0, weights, m: zeros, v: zeros });
  return engine;
}

async function trained(train: (engine: CpuEngine) => Promise<unknown>) {
  const engine = await newEngine();
  await train(engine);
  return engine.save();
}

describe('training gives the same bits', () => {
  const plainly = () => trained((engine) => engine.train(steps, false));

  test.each<[string, (engine: CpuEngine) => Promise<unknown>]>([
    ['twice', (engine) => engine.train(steps, false)],
    ['watched', (engine) => engine.train(steps, true)],
    [
      'step by step',
      async (engine) => {
        for (const step of steps) await engine.train([step], false);
      }
    ],
    [
      'traced in between',
      async (engine) => {
        for (const step of steps) {
          await engine.trace(steps[1].batch);
          await engine.train([step], true);
        }
      }
    ],
    [
      'saved and loaded into the engine in between',
      async (engine) => {
        await engine.train(steps.slice(0, 3), false);
        const state = await engine.save();
        await engine.train(steps.slice(3), false);
        await engine.load(state);
        await engine.train(steps.slice(3), false);
      }
    ]
  ])('%s', async (_, train) => {
    expect(await trained(train)).toEqual(await plainly());
  });
});

test('save copies: training on does not change what was saved, nor changing it the training', async () => {
  const engine = await newEngine();
  const saved = await engine.save();
  const before = structuredClone(saved);
  await engine.train(steps, false);
  expect(saved).toEqual(before);
  saved.weights.fill(0);
  expect((await engine.save()).weights).not.toEqual(saved.weights);
  expect((await engine.save()).step).toBe(8);
});

test('metrics: loss before the update, norms of its gradient and of the update itself', async () => {
  const engine = await newEngine();
  const { program } = engine;
  for (const step of steps) {
    const before = await engine.save();
    const { values, gradients } = await engine.trace(step.batch);
    const { metrics } = await engine.train([step], false);
    const after = await engine.save();
    const update = after.weights.map((w, i) => w - before.weights[i]);
    expect(metrics).toHaveLength(1);
    expect(metrics[0].step).toBe(step.step);
    expect(metrics[0].loss).toBe(values.get('loss')![0]);
    expect(metrics[0].gradientNorms).toEqual(groupNorms(program, flatten(program, gradients)));
    const norms = Object.values(metrics[0].updateNorms);
    expect(worstError(norms, Object.values(groupNorms(program, update))).error).toBeLessThan(1e-12);
  }
});

test('the frame is the first document of the last step, before its update', async () => {
  const engine = await newEngine();
  await engine.train(steps.slice(0, 5), false);
  const { values } = await engine.trace(steps[5].batch);
  const { frame } = await (await newEngine()).train(steps.slice(0, 6), true);
  const first = (name: string, size: number) => values.get(name)!.slice(0, size);
  expect(frame).toEqual({
    step: 6,
    T: 4,
    tokens: steps[5].batch.tokens.slice(0, 4),
    targets: steps[5].batch.targets.slice(0, 4),
    losses: first('losses', 4),
    probs: first('probs', 4 * 7),
    attention: [0, 1].map((l) => first(`layer${l}.attn_weights`, 4 * 2 * 5))
  });
  for (const attention of frame!.attention) {
    for (let row = 0; row < 8; row++) {
      const weights = attention.slice(row * 5, row * 5 + 5);
      const t = Math.floor(row / 2);
      expect(weights.reduce((sum, a) => sum + a, 0)).toBeCloseTo(1, 12);
      expect([...weights.slice(t + 1)]).toEqual(Array(4 - t).fill(0));
    }
  }
});

test('a trace has every value and gradient, in the shape of the batch', async () => {
  const engine = await newEngine();
  const { shapes, values, gradients } = await engine.trace(steps[2].batch);
  const { parameters, activations } = engine.program;
  const names = [...parameters, ...activations].map(({ name }) => name);
  for (const map of [shapes, values, gradients]) expect([...map.keys()]).toEqual(names);
  for (const name of names) {
    const size = shapes.get(name)!.reduce((product, n) => product * n, 1);
    expect([values.get(name)!.length, gradients.get(name)!.length], name).toEqual([size, size]);
  }
  expect(shapes.get('layer1.attn_weights')).toEqual([10, 2, 5]);
  expect(gradients.get('loss')).toEqual(Float64Array.of(1));
});

test('times: every stage both ways and Adam, as the clock ticks; none without a clock', async () => {
  let ticks = 0;
  const timed = await (await newEngine(() => ticks++)).train(steps.slice(0, 3), false);
  const each = Object.fromEntries((await newEngine()).program.stages.map((stage) => [stage, 3]));
  expect(timed.times).toEqual({ forward: each, backward: each, adam: 3, steps: 3 });
  expect((await (await newEngine()).train(steps, false)).times).toBeUndefined();
});
