import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeBatch } from '$lib/engine/batch';
import { CpuDecoder } from '$lib/engine/cpu/decoder';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { Random } from '$lib/engine/random';
import { Sampler } from '$lib/engine/sampler';
import { Tokenizer } from '$lib/engine/tokenizer';
import { worstError } from './closeness';
import { drawModel, encode, smallModel } from './smallModel';

const tokenizer = new Tokenizer(['abcdef']);

function drawSampler(config: Partial<typeof smallModel> = {}, seed = 1) {
  const { program, weights } = drawModel(config, new Random(seed));
  const sampler = new Sampler(program.config, tokenizer);
  sampler.load(weights);
  return { program, weights, sampler };
}

describe('one token at a time', () => {
  test.each([1, 2])('%i layers give the logits of the whole document', async (n_layer) => {
    const { program, weights } = drawModel({ n_layer }, new Random(1));
    const zeros = new Float64Array(weights.length);
    const engine = new CpuEngine(program, { beta1: 0.9, beta2: 0.9, eps_adam: 1e-8 });
    await engine.load({ step: 0, weights, m: zeros, v: zeros });
    const batch = makeBatch([encode('fade')], smallModel.block_size);
    const whole = (await engine.trace(batch)).values.get('logits')!;
    const decoder = new CpuDecoder(program.config);
    decoder.load(weights);
    for (const round of [1, 2]) {
      const logits = [...batch.tokens].flatMap((token) => [...decoder.next(token)]);
      expect(worstError(logits, whole).error, `round ${round}`).toBeLessThan(1e-15);
      decoder.restart();
    }
  });

  test('probabilities are softmax(logits / temperature)', () => {
    const { program, weights, sampler } = drawSampler();
    const decoder = new CpuDecoder(program.config);
    decoder.load(weights);
    const logits = [...decoder.next(tokenizer.BOS)];
    const exps = logits.map((x) => Math.exp(x / 0.7));
    const total = exps.reduce((sum, x) => sum + x, 0);
    const probs = sampler.probabilities(tokenizer.BOS, 0.7);
    expect(
      worstError(
        probs,
        exps.map((x) => x / total)
      ).error
    ).toBeLessThan(1e-14);
  });
});

describe('a drawing', () => {
  test('has at most block_size characters of the corpus and takes one random number per token', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.01, max: 2, noNaN: true }), (seed, temperature) => {
        const { sampler } = drawSampler({}, seed);
        const [random, counted] = [new Random(seed), new Random(seed)];
        const text = sampler.draw(random, temperature);
        expect(text).toMatch(/^[a-f]{0,5}$/);
        const tokens = Math.min(text.length + 1, smallModel.block_size);
        for (let i = 0; i < tokens; i++) counted.random();
        expect(random.random()).toBe(counted.random());
      }),
      { numRuns: 50 }
    );
  });

  test('depends on weights and generator alone, not on what was drawn before', () => {
    const { sampler } = drawSampler();
    const texts = () => [1, 2, 3, 4, 5].map((seed) => sampler.draw(new Random(seed), 1));
    const first = texts();
    sampler.draw(new Random(6), 2);
    expect(texts()).toEqual(first);
    sampler.load(drawModel({}, new Random(2)).weights);
    expect(texts()).not.toEqual(first);
  });

  test('is almost always the likeliest text at a temperature near 0, and varies at 2', () => {
    const { sampler } = drawSampler();
    const texts = (temperature: number) =>
      new Set(Array.from({ length: 30 }, (_, seed) => sampler.draw(new Random(seed), temperature)));
    expect(texts(0.001).size).toBe(1);
    expect(texts(2).size).toBeGreaterThan(10);
  });
});
