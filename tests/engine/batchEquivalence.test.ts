import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeBatch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Program } from '$lib/engine/program';
import { Random } from '$lib/engine/random';
import { worstError } from './closeness';
import { drawModel, flatten, smallModel } from './smallModel';

/** f64, sums in another order. */
const TOLERANCE = 1e-12;

const BOS = smallModel.vocab_size - 1;

/** Token ids with BOS on both sides; from one token to longer than the longest block. */
const documents = fc.array(
  fc.array(fc.nat(BOS - 1), { maxLength: 9 }).map((ids) => Int32Array.from([BOS, ...ids, BOS])),
  { minLength: 1, maxLength: 6 }
);

const model = fc.record({
  n_layer: fc.integer({ min: 1, max: 2 }),
  n_head: fc.constantFrom(1, 2, 3),
  block_size: fc.integer({ min: 2, max: 7 }),
  activation: fc.constantFrom('relu' as const, 'relu2' as const)
});

test('a batch has the loss and gradients of its documents, each weighted by its tokens', async () => {
  await fc.assert(
    fc.asyncProperty(documents, model, fc.nat(), async (docs, config, seed) => {
      const { program, weights } = drawModel({ ...config, batch_size: 6 }, new Random(seed));
      const trace = tracer(program, weights);
      const together = await trace(docs);
      const alone = await Promise.all(docs.map(async (doc) => trace([doc])));
      const share = alone.map(({ T }) => T / together.T);
      const loss = alone.reduce((sum, { loss }, d) => sum + share[d] * loss, 0);
      expect(Math.abs(together.loss / loss - 1)).toBeLessThan(TOLERANCE);
      const gradients = together.gradients.map((_, i) =>
        alone.reduce((sum, { gradients }, d) => sum + share[d] * gradients[i], 0)
      );
      expect(worstError(together.gradients, gradients).error).toBeLessThan(TOLERANCE);
    }),
    { numRuns: 60 }
  );
});

test('documents do not see each other: a neighbour changes no bit of what a document computes', async () => {
  await fc.assert(
    fc.asyncProperty(documents, model, fc.nat(), async (docs, config, seed) => {
      const { program, weights } = drawModel({ ...config, batch_size: 6 }, new Random(seed));
      const trace = tracer(program, weights);
      const { losses } = await trace(docs);
      const alone = await Promise.all(docs.map(async (doc) => (await trace([doc])).losses));
      expect(losses).toEqual(alone.flat());
    }),
    { numRuns: 60 }
  );
});

function tracer(program: Program, weights: Float64Array) {
  return async (docs: readonly Int32Array[]) => {
    const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 });
    const zeros = new Float64Array(weights.length);
    await engine.load({ step: 0, weights, m: zeros, v: zeros });
    const batch = makeBatch(docs, program.config.block_size);
    const { values, gradients } = await engine.trace(batch);
    return {
      T: batch.T,
      loss: values.get('loss')![0],
      losses: [...values.get('losses')!],
      gradients: [...flatten(program, gradients)]
    };
  };
}
