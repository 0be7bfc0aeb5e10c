import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { FusedTrainer } from '$lib/engine/gpu/fused/fusedTrainer';
import type { ModelConfig } from '$lib/engine/program';
import { adam, drawBatch, smallModel } from './models';

let device: Device;
beforeAll(async () => {
  device = await openDevice(navigator.gpu);
});
afterAll(() => device.close());

/** Sizes that fill no tile, and one that fills all of them. */
const sizes: [string, Partial<ModelConfig>, number[]][] = [
  ['8 wide, T = 1', { n_layer: 1, n_embd: 8, n_head: 2, vocab_size: 27 }, [1]],
  ['12 wide, T = 3', { n_layer: 1, n_embd: 12, n_head: 3, vocab_size: 27 }, [3]],
  ['20 wide, T = 5', { n_layer: 1, n_embd: 20, n_head: 4, vocab_size: 9 }, [2, 3]],
  ['24 wide, T = 7', { n_layer: 1, n_embd: 24, n_head: 1, activation: 'relu2' }, [4, 3]],
  ['16 wide, T = 17', { n_layer: 1, n_embd: 16, n_head: 2, vocab_size: 33 }, [7, 3, 7]],
  ['64 wide, T = 16', { n_layer: 1, n_embd: 64, n_head: 4, block_size: 16, vocab_size: 64 }, [16]]
];

/** Loss, frame and gradients (as Adam's first moments) of one watched step. */
async function stepOf(
  config: Partial<ModelConfig>,
  lengths: readonly number[],
  quads: boolean | 'reference'
) {
  const { program, state } = smallModel(config);
  const engine =
    quads === 'reference'
      ? new CpuEngine(program, adam)
      : await FusedTrainer.create(device, program, adam, { quads, schedule: 'wide' });
  await engine.load(state);
  const step = { step: 1, batch: drawBatch(program, lengths), learning_rate: 0.1 };
  const { metrics, frame } = await engine.train([step], true);
  const { m } = await engine.save();
  engine.dispose();
  return { loss: metrics[0].loss, probs: frame!.probs, attention: frame!.attention[0], m };
}

/** The largest difference, as a share of the largest number. */
function difference(actual: Float64Array, expected: Float64Array): number {
  const largest = expected.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  return actual.reduce((max, x, i) => Math.max(max, Math.abs(x - expected[i])), 0) / largest;
}

describe.each(sizes)('a step %s', (_, config, lengths) => {
  test.each([false, true])('is the reference’s with quads: %s', async (quads) => {
    if (quads && !device.subgroups) return;
    const expected = await stepOf(config, lengths, 'reference');
    const actual = await stepOf(config, lengths, quads);
    expect(actual.loss).toBeCloseTo(expected.loss, 5);
    expect(difference(actual.probs, expected.probs)).toBeLessThan(1e-5);
    expect(difference(actual.attention, expected.attention)).toBeLessThan(1e-5);
    expect(difference(actual.m, expected.m)).toBeLessThan(1e-5);
  });
});

test('the adapter that tests run on has subgroups', () => {
  if (!device.software) return;
  expect(device.subgroups).toBe(true);
});
