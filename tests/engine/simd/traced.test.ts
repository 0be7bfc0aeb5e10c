import { beforeAll, describe, expect, test } from 'vitest';
import type { Batch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Trace } from '$lib/engine/engine';
import { ShapeError } from '$lib/engine/errors';
import type { ModelConfig } from '$lib/engine/program';
import type { Seed } from '$lib/engine/seed';
import type { SimdModule } from '$lib/engine/simd/module';
import { SimdEngine } from '$lib/engine/simd/simdEngine';
import { checkAgainstTrainer } from '$lib/engine/trainerCheck';
import { adam, drawBatch, smallModel } from '../gpu/models';
import { tooFar } from '../gpu/tooFar';
import { modules } from './modules';
import { models } from './trainers';

async function engines(module: SimdModule, config: Partial<ModelConfig> = {}) {
  const { program, state } = smallModel(config);
  const simd = await SimdEngine.open(program, adam, { module });
  const cpu = new CpuEngine(program, adam);
  await Promise.all([simd.load(state), cpu.load(state)]);
  return { program, state, simd, cpu };
}

const seeds: [string, Seed][] = [
  ['the mean loss', { of: 'loss' }],
  ["one token's loss", { of: 'token', t: 9 }],
  ['one logit', { of: 'logit', t: 3, v: 10 }]
];

describe.each(modules)('$kind SIMD', (module) => {
  test.each(models)(
    'a traced step of %s has every tensor of the reference, and the gradients of training',
    async (_, config, lengths) => {
      const { program, simd, cpu } = await engines(module, config);
      const batch = drawBatch(program, lengths);
      const [actual, expected] = [await simd.trace(batch), await cpu.trace(batch)];
      expect([...actual.shapes]).toEqual([...expected.shapes]);
      expect(tooFar('values', actual, expected)).toEqual([]);
      expect(tooFar('gradients', actual, expected)).toEqual([]);
      await simd.train([{ step: 1, batch, learning_rate: 0.01 }], false);
      const check = checkAgainstTrainer(program, 'simd', actual, await simd.lastGradients());
      expect(check.parameters.filter(({ agrees }) => !agrees)).toEqual([]);
    }
  );

  describe('a trace', () => {
    let traceOf: (batch: Batch, seed?: Seed, record?: boolean) => Promise<Trace>;
    let reference: CpuEngine;
    let simd: SimdEngine;
    const { program } = smallModel();
    const batch = drawBatch(program, [4, 9, 1]);
    beforeAll(async () => {
      const opened = await engines(module);
      simd = opened.simd;
      reference = opened.cpu;
      traceOf = (batch, seed, record) => simd.trace(batch, { seed, record });
    });

    test.each(seeds)('seeded with %s is within tolerance of the reference', async (_, seed) => {
      const expected = await reference.trace(batch, { seed });
      const actual = await traceOf(batch, seed);
      expect([...actual.gradients.keys()]).toEqual([...expected.gradients.keys()]);
      expect(tooFar('values', actual, expected)).toEqual([]);
      expect(tooFar('gradients', actual, expected)).toEqual([]);
    });

    test.each(seeds)('recorded from %s changes no bit', async (_, seed) => {
      const { recording, ...rest } = await traceOf(batch, seed, true);
      expect(rest).toEqual(await traceOf(batch, seed));
      expect(recording!.seed).toEqual(seed);
    });

    test.each(seeds)('records from %s the nodes that the reference records', async (_, seed) => {
      const expected = await reference.trace(batch, { seed, record: true });
      const order = ({ recording }: Trace) =>
        recording!.nodes.map(({ node, gradients }) => [node, [...gradients.keys()]]);
      const recorded = await traceOf(batch, seed, true);
      expect(order(recorded)).toEqual(order(expected));
      const { gradients } = recorded.recording!.nodes.at(-1)!;
      for (const [name, numbers] of gradients) {
        expect(numbers).toEqual(recorded.gradients.get(name));
      }
    });

    test('is the same bit by bit, also after a longer batch', async () => {
      const first = await traceOf(drawBatch(program, [5]));
      await traceOf(drawBatch(program, [7, 7, 7], 4));
      expect(await traceOf(drawBatch(program, [5]))).toEqual(first);
    });

    test('touches nothing of training', async () => {
      const before = [await simd.save(), await simd.lastGradients()];
      await traceOf(batch);
      expect([await simd.save(), await simd.lastGradients()]).toEqual(before);
    });

    test('refuses a batch beyond the capacity and a seed beyond the batch', async () => {
      await expect(traceOf(drawBatch(program, [7, 7, 7, 7]))).rejects.toThrow(
        new ShapeError('trace: needs at most 21 positions, got 28')
      );
      await expect(traceOf(batch, { of: 'token', t: 12 })).rejects.toThrow(ShapeError);
    });
  });
});
