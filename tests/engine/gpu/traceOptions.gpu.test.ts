import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Trace } from '$lib/engine/engine';
import { ShapeError } from '$lib/engine/errors';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { GpuEngine } from '$lib/engine/gpu/gpuEngine';
import { TracedProgram } from '$lib/engine/gpu/traced';
import type { ModelConfig } from '$lib/engine/program';
import type { Seed } from '$lib/engine/seed';
import { checkAgainstTrainer } from '$lib/engine/trainerCheck';
import { adam, drawBatch, smallModel, weightsOnGpu } from './models';
import { tooFar } from './tooFar';

const seeds: [string, Seed][] = [
  ['the mean loss', { of: 'loss' }],
  ["one token's loss", { of: 'token', t: 9 }],
  ['one logit', { of: 'logit', t: 3, v: 10 }]
];

describe('a traced program', () => {
  const { program, state } = smallModel();
  const batch = drawBatch(program, [4, 9, 1]);
  let device: Device;
  let traced: TracedProgram;
  let weights: GPUBuffer;
  beforeAll(async () => {
    device = await openDevice(navigator.gpu);
    traced = await TracedProgram.create(device, program);
    weights = weightsOnGpu(device, state);
  });
  afterAll(() => device.close());

  /** The same on the cpu, and on the gpu without and with a record. */
  async function traces(seed: Seed) {
    const cpu = new CpuEngine(program, adam);
    await cpu.load(state);
    return {
      expected: await cpu.trace(batch, { seed, record: true }),
      plain: await traced.run(weights, batch, { seed }),
      recorded: await traced.run(weights, batch, { seed, record: true })
    };
  }

  test.each(seeds)('seeded with %s is within tolerance of the reference', async (_, seed) => {
    const { expected, plain } = await traces(seed);
    expect([...plain.gradients.keys()]).toEqual([...expected.gradients.keys()]);
    expect(tooFar('values', plain, expected)).toEqual([]);
    expect(tooFar('gradients', plain, expected)).toEqual([]);
  });

  test.each(seeds)('recorded from %s changes no bit', async (_, seed) => {
    const { plain, recorded } = await traces(seed);
    const { recording, ...rest } = recorded;
    expect(rest).toEqual(plain);
    expect(recording!.seed).toEqual(seed);
  });

  test.each(seeds)('records from %s what the reference records', async (_, seed) => {
    const { expected, recorded } = await traces(seed);
    const order = ({ recording }: Trace) =>
      recording!.nodes.map(({ node, gradients }) => [node, [...gradients.keys()]]);
    expect(order(recorded)).toEqual(order(expected));
    const far = recorded.recording!.nodes.flatMap(({ node, gradients }, i) => {
      const reference = { ...expected, gradients: expected.recording!.nodes[i].gradients };
      return tooFar('gradients', { ...recorded, gradients }, reference).map((e) => `${node} ${e}`);
    });
    expect(far).toEqual([]);
    const last = new Map(recorded.recording!.nodes.flatMap(({ gradients }) => [...gradients]));
    for (const [name, gradient] of last) expect(gradient).toEqual(recorded.gradients.get(name));
  });

  test('leaves as many buffers alive after 1, 10 and 40 records', async () => {
    const alive: [number, number][] = [];
    for (let count = 1; count <= 40; count++) {
      await traced.run(weights, batch, { record: true });
      if ([1, 10, 40].includes(count)) alive.push([device.buffers, device.bytes]);
    }
    expect([alive[1], alive[2]]).toEqual([alive[0], alive[0]]);
  });

  test('refuses a seed beyond the batch', async () => {
    await expect(traced.run(weights, batch, { seed: { of: 'token', t: 12 } })).rejects.toThrow(
      new ShapeError('seed: needs t from 0 to 11, got 12')
    );
  });
});

const models: [string, Partial<ModelConfig>, number[]][] = [
  ['two layers', {}, [4, 9, 1]],
  ['heads of 5 with relu2', { n_embd: 20, n_head: 4, activation: 'relu2' }, [7, 3, 7]],
  ['max', { n_embd: 64, n_head: 8, block_size: 64, vocab_size: 65, batch_size: 1 }, [80]]
];

describe.each(models)('the gradients that training took of %s', (_, config, lengths) => {
  const { program, state } = smallModel(config);
  const batch = drawBatch(program, lengths);
  let engine: GpuEngine;
  beforeAll(async () => {
    engine = await GpuEngine.open(navigator.gpu, program, adam);
    await engine.load(state);
  });
  afterAll(() => engine.dispose());

  test('are those of a trace, within the table, and outlast it', async () => {
    const trace = await engine.trace(batch);
    await engine.train([{ step: 1, batch, learning_rate: 0.01 }], false);
    const taken = await engine.lastGradients();
    const { agrees, parameters } = checkAgainstTrainer(program, 'gpu', trace, taken);
    const share = Math.max(...parameters.map(({ deviation }) => deviation.share));
    console.log(`traced and trained differ by ${(100 * share).toFixed(1)} % of what they may`);
    expect(agrees).toBe(true);
    await engine.trace(drawBatch(program, [2], 9), { seed: { of: 'logit', t: 0, v: 0 } });
    expect(await engine.lastGradients()).toEqual(taken);
  });

  test('are those of the last of several steps', async () => {
    await engine.load(state);
    const step = (step: number) => ({ step, batch, learning_rate: 0.01 });
    await engine.train([step(1), step(2)], true);
    const together = await engine.lastGradients();
    await engine.load(state);
    await engine.train([step(1)], false);
    const trace = await engine.trace(batch);
    await engine.train([step(2)], false);
    expect(await engine.lastGradients()).toEqual(together);
    expect(checkAgainstTrainer(program, 'gpu', trace, together).agrees).toBe(true);
  });
});
