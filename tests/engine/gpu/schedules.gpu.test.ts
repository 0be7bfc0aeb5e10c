import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TrainStep } from '$lib/engine/engine';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { FusedTrainer } from '$lib/engine/gpu/fused/fusedTrainer';
import type { ScheduleName } from '$lib/engine/gpu/fused/schedule';
import type { ModelConfig, Program } from '$lib/engine/program';
import { adam, drawBatch, smallModel } from './models';

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

  test('give the same bits on every schedule, with its number of dispatches', async () => {
    const wide = await trainOn('wide');
    const chained = await trainOn('chained');
    const single = await trainOn('single');
    expect(wide.result.state.weights).not.toEqual(state.weights);
    expect(chained.result).toEqual(wide.result);
    expect(single.result).toEqual(wide.result);
    const [few, fewer] = [dispatches.wide, dispatches.chained].map((of) => of[config.n_layer - 1]);
    expect(wide.counts).toEqual([few + 1, 2 * few + 1]);
    expect(chained.counts).toEqual([fewer + 1, 2 * fewer + 1]);
    expect(single.counts).toEqual([1, 1]);
  });
});
