import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { ShapeError } from '$lib/engine/errors';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { TracedProgram } from '$lib/engine/gpu/traced';
import type { ModelConfig } from '$lib/engine/program';
import { adam, drawBatch, smallModel, weightsOnGpu } from './models';
import { tooFar } from './tooFar';

let device: Device;
beforeAll(async () => {
  device = await openDevice(navigator.gpu);
});
afterAll(() => device.close());

async function traces(config: Partial<ModelConfig>, batchOf: number[]) {
  const { program, state } = smallModel(config);
  const cpu = new CpuEngine(program, adam);
  await cpu.load(state);
  const traced = await TracedProgram.create(device, program);
  const weights = weightsOnGpu(device, state);
  const batch = drawBatch(program, batchOf);
  const actual = await traced.run(weights, batch);
  traced.dispose();
  device.free(weights);
  return { actual, expected: await cpu.trace(batch) };
}

describe.each([
  ['one document', {}, [5]],
  ['one position', {}, [1]],
  ['three documents, one cut', {}, [4, 9, 1]],
  ['a full batch with relu2', { activation: 'relu2' as const }, [7, 7, 7]],
  ['one layer, one head', { n_layer: 1, n_head: 1 }, [3, 6]]
])('a traced step of %s', (_, config, lengths) => {
  test('has every tensor of the reference, in its shape and within tolerance', async () => {
    const { actual, expected } = await traces(config, lengths);
    expect([...actual.shapes]).toEqual([...expected.shapes]);
    expect(tooFar('values', actual, expected)).toEqual([]);
    expect(tooFar('gradients', actual, expected)).toEqual([]);
  });
});

describe('traces one after another', () => {
  const { program, state } = smallModel();
  let traced: TracedProgram;
  let weights: GPUBuffer;
  const run = (batch: Batch) => traced.run(weights, batch);
  beforeAll(async () => {
    traced = await TracedProgram.create(device, program);
    weights = weightsOnGpu(device, state);
  });
  afterAll(() => {
    traced.dispose();
    device.free(weights);
  });

  test('are the same bit by bit, also after a longer batch', async () => {
    const batch = drawBatch(program, [5]);
    const first = await run(batch);
    await run(drawBatch(program, [7, 7, 7], 4));
    expect(await run(batch)).toEqual(first);
  });

  test('leave as many buffers and bytes alive after 1, 10 and 100', async () => {
    const alive: [number, number][] = [];
    for (let count = 1; count <= 100; count++) {
      await run(drawBatch(program, [1 + (count % 7), 7], count));
      if ([1, 10, 100].includes(count)) alive.push([device.buffers, device.bytes]);
    }
    expect(alive[1]).toEqual(alive[0]);
    expect(alive[2]).toEqual(alive[0]);
  });

  test('refuse a batch beyond the capacity', async () => {
    const batch = drawBatch(program, [7, 7, 7, 7]);
    await expect(run(batch)).rejects.toThrow(
      new ShapeError('trace: needs at most 21 positions, got 28')
    );
  });
});

test('disposing frees all that was allocated', async () => {
  const before = device.buffers;
  const traced = await TracedProgram.create(device, smallModel().program);
  expect(device.buffers).toBeGreaterThan(before + 60);
  traced.dispose();
  expect(device.buffers).toBe(before);
});
