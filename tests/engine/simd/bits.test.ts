import { beforeEach, describe, expect, test } from 'vitest';
import type { ModelState, StepMetrics, TrainStep } from '$lib/engine/engine';
import { ShapeError } from '$lib/engine/errors';
import { SimdEngine } from '$lib/engine/simd/simdEngine';
import { adam, drawBatch, smallModel } from '../gpu/models';
import { modules } from './modules';
import { variedSteps } from './trainers';

const { program, state } = smallModel({ n_embd: 14, n_head: 2 });

type Run = { metrics: StepMetrics[]; state: ModelState };

describe.each(modules)('$kind SIMD', (module) => {
  let engine: SimdEngine;
  const open = () => SimdEngine.open(program, adam, { module, now: () => performance.now() });
  beforeEach(async () => {
    engine = await open();
    await engine.load(state);
  });

  /** Trains in calls of k steps each. */
  async function train(all: readonly TrainStep[], k = all.length, watch = false): Promise<Run> {
    const metrics: StepMetrics[] = [];
    for (let i = 0; i < all.length; i += k) {
      metrics.push(...(await engine.train(all.slice(i, i + k), watch)).metrics);
    }
    return { metrics, state: await engine.save() };
  }

  describe('the same bits come of', () => {
    const plan = variedSteps(program, 1, 16);
    let plain: Run;
    beforeEach(async () => {
      plain = await train(plan);
      expect(plain.state.weights).not.toEqual(state.weights);
      await engine.load(state);
    });

    test.each<[string, () => Promise<Run>]>([
      ['the same steps again', () => train(plan)],
      ['one step a call', () => train(plan, 1)],
      ['five steps a call, watched', () => train(plan, 5, true)],
      ['one step a call, watched', () => train(plan, 1, true)],
      ['steps after larger batches', () => afterLargerBatches(plan)],
      ['steps after weights that were no numbers', () => afterNaN(plan)],
      ['steps on another engine', () => onAnotherEngine(plan)],
      ['a state saved on the way and loaded again', () => savedAt(plan, 6)]
    ])('%s', async (_, run) => {
      expect(await run()).toEqual(plain);
    });
  });

  async function afterLargerBatches(plan: readonly TrainStep[]): Promise<Run> {
    const batch = drawBatch(program, [7, 7, 7], 99);
    await engine.train([{ step: 1, batch, learning_rate: 0.5 }], true);
    await engine.load(state);
    return train(plan);
  }

  async function afterNaN(plan: readonly TrainStep[]): Promise<Run> {
    await engine.load({ ...state, weights: state.weights.map(() => NaN) });
    const { metrics } = await engine.train(variedSteps(program, 1, 2), false);
    expect(metrics[1].loss).toBeNaN();
    await engine.load(state);
    return train(plan);
  }

  async function onAnotherEngine(plan: readonly TrainStep[]): Promise<Run> {
    engine = await open();
    await engine.load(state);
    return train(plan);
  }

  async function savedAt(plan: readonly TrainStep[], done: number): Promise<Run> {
    const { metrics, state: saved } = await train(plan.slice(0, done));
    await train(plan.slice(done));
    await engine.load(saved);
    const rest = await train(plan.slice(done));
    return { metrics: [...metrics, ...rest.metrics], state: rest.state };
  }

  test('a state comes back as it was loaded, rounded to f32', async () => {
    const m = state.weights.map((w) => w / 3);
    const v = state.weights.map((w) => w * w);
    await engine.load({ step: 7, weights: state.weights, m, v });
    const round = (numbers: Float64Array) => numbers.map((x) => Math.fround(x));
    expect(await engine.save()).toEqual({
      step: 7,
      weights: state.weights,
      m: round(m),
      v: round(v)
    });
  });

  test('moments that decay vanish before they are subnormal', async () => {
    const tiny = state.weights.map(() => 1.5 * 2 ** -126);
    await engine.load({ ...state, step: 3, m: tiny, v: tiny });
    const unused = program.parameters.find(({ name }) => name === 'wpe')!;
    const step = { step: 4, batch: drawBatch(program, [1]), learning_rate: 0.01 };
    await engine.train([step, { ...step, step: 5 }, { ...step, step: 6 }], false);
    const { m } = await engine.save();
    // Position 6 was never used: its moments only decayed, by 0.85 a step.
    expect(Math.abs(m[unused.offset + unused.size - 1])).toBe(0);
  });

  test('weights that no gradient reaches stay as they are, whatever ε is', async () => {
    const exact = await SimdEngine.open(program, { ...adam, eps_adam: 1e-300 }, { module });
    await exact.load(state);
    await exact.train([{ step: 1, batch: drawBatch(program, [1]), learning_rate: 0.1 }], false);
    const { weights } = await exact.save();
    const { offset, size } = program.parameters.find(({ name }) => name === 'wpe')!;
    expect(weights.every((w) => Number.isFinite(w))).toBe(true);
    expect(weights[offset + size - 1]).toBe(state.weights[offset + size - 1]);
  });

  test('a watched call shows the first document of its last step, and times every stage', async () => {
    const [first, last] = variedSteps(program, 4, 2);
    const { frame, times } = await engine.train([first, last], true);
    const T = last.batch.lengths[0];
    expect(last.batch.B).toBeGreaterThan(1);
    expect(frame).toMatchObject({ step: 5, T, tokens: last.batch.tokens.slice(0, T) });
    expect(times!.steps).toBe(1);
    for (const pass of [times!.forward, times!.backward]) {
      expect(Object.keys(pass)).toEqual(program.stages);
      for (const ms of Object.values(pass)) expect(ms).toBeGreaterThanOrEqual(0);
    }
    const unwatched = await engine.train([first], false);
    expect([unwatched.frame, unwatched.times]).toEqual([undefined, undefined]);
  });

  test('a batch beyond the capacity, or none, is refused before anything is trained', async () => {
    const tooLarge = drawBatch(program, [7, 7, 7, 7]);
    const [fitting] = variedSteps(program, 1, 1);
    const steps = [fitting, { step: 2, batch: tooLarge, learning_rate: 0.1 }];
    await expect(engine.train(steps, false)).rejects.toThrow(
      new ShapeError('train: needs a batch of 1 to 21 positions, got 28')
    );
    expect(await engine.save()).toEqual(state);
  });

  test('nothing is trained, and nothing told, of no steps', async () => {
    expect((await engine.train([], true)).metrics).toEqual([]);
    expect(await engine.save()).toEqual(state);
  });
});
