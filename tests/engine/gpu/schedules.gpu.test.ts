import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainStep } from '$lib/engine/engine';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { FusedTrainer } from '$lib/engine/gpu/fused/fusedTrainer';
import type { ScheduleName } from '$lib/engine/gpu/fused/schedule';
import type { ModelConfig, Program } from '$lib/engine/program';
import { adam, drawBatch, smallModel } from './models';

/** Milliseconds: a software adapter compiles for seconds, and on a busy machine for more. */
const PATIENCE = 60_000;

let device: Device;
beforeAll(async () => {
  device = await openDevice(navigator.gpu);
});
afterAll(() => device.close());

function steps(program: Program): TrainStep[] {
  return Array.from({ length: 12 }, (_, i) => ({
    step: i + 1,
    batch: drawBatch(program, [1 + (i % 7), 8, 3].slice(0, 1 + (i % 3)), i),
    learning_rate: 0.02
  }));
}

/** Dispatches of one step, but for the sums after the last. */
const dispatches = { wide: [17, 28], chained: [4, 6] };

const models: [string, Partial<ModelConfig> & { readonly n_layer: number }][] = [
  ['one layer, heads of 1', { n_layer: 1, n_embd: 5, n_head: 5, vocab_size: 9 }],
  ['two layers with relu2', { n_layer: 2, n_embd: 20, n_head: 4, activation: 'relu2' }]
];

describe.each(models)('steps of %s', (_, config) => {
  const { program, state } = smallModel(config);
  const all = steps(program);

  /** Several steps to a submit, the last one watched. */
  async function trainOn(schedule: ScheduleName) {
    const trainer = await FusedTrainer.create(device, program, adam, { schedule });
    const counts = [1, 2].map((count) => trainer.dispatches(count));
    await trainer.load(state);
    const { metrics, frame } = await trainer.train(all, true);
    const gradients = await trainer.lastGradients();
    const result = { metrics, frame, gradients, state: await trainer.save() };
    trainer.dispose();
    return { result, counts };
  }

  let wide: ReturnType<typeof trainOn>;

  test('move the weights, with a dispatch per kernel', { timeout: PATIENCE }, async () => {
    const { result, counts } = await (wide = trainOn('wide'));
    expect(result.state.weights).not.toEqual(state.weights);
    const count = dispatches.wide[config.n_layer - 1];
    expect(counts).toEqual([count + 1, 2 * count + 1]);
  });

  test('give the same bits in chains, with few dispatches', { timeout: PATIENCE }, async () => {
    const { result, counts } = await trainOn('chained');
    expect(result).toEqual((await wide).result);
    const count = dispatches.chained[config.n_layer - 1];
    expect(counts).toEqual([count + 1, 2 * count + 1]);
  });

  test('give the same bits in one dispatch', { timeout: PATIENCE }, async () => {
    const { result, counts } = await trainOn('single');
    expect(result).toEqual((await wide).result);
    expect(counts).toEqual([1, 1]);
  });
});
