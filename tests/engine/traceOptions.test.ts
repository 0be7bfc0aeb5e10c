import { describe, expect, test } from 'vitest';
import { makeBatch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Trace } from '$lib/engine/engine';
import { ShapeError } from '$lib/engine/errors';
import { Random } from '$lib/engine/random';
import type { Seed } from '$lib/engine/seed';
import { worstError } from './closeness';
import { drawModel, encode, flatten, smallModel } from './smallModel';

const V = smallModel.vocab_size;

const batch = makeBatch(
  ['cab', '', 'abcdef'].map((text) => encode(text)),
  smallModel.block_size
);

const seeds: [string, Seed][] = [
  ['the mean loss', { of: 'loss' }],
  ["one token's loss", { of: 'token', t: 6 }],
  ['one logit', { of: 'logit', t: 3, v: 2 }]
];

async function newEngine() {
  const { program, weights } = drawModel({ n_layer: 2 }, new Random(6));
  const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 });
  const zeros = new Float64Array(weights.length);
  await engine.load({ step: 0, weights, m: zeros, v: zeros });
  return { engine, program, weights };
}

describe('the seed', () => {
  test('is the mean loss unless told', async () => {
    const { engine } = await newEngine();
    expect(await engine.trace(batch, { seed: { of: 'loss' } })).toEqual(await engine.trace(batch));
  });

  test.each(seeds)('%s: its own gradient is 1 and nothing else of that tensor', async (_, seed) => {
    const { engine } = await newEngine();
    const { gradients } = await engine.trace(batch, { seed });
    const tensor = { loss: 'loss', token: 'losses', logit: 'logits' }[seed.of];
    const index = { loss: 0, token: 6, logit: 3 * V + 2 }[seed.of];
    const expected = gradients.get(tensor)!.map((_, i) => (i === index ? 1 : 0));
    expect(gradients.get(tensor)).toEqual(expected);
  });

  test('what is computed after it has no gradient', async () => {
    const { engine, program } = await newEngine();
    const names = [...program.parameters, ...program.nodes].map(({ name }) => name);
    const traced = async (seed: Seed) => [
      ...(await engine.trace(batch, { seed })).gradients.keys()
    ];
    expect(await traced({ of: 'loss' })).toEqual(names);
    expect(await traced({ of: 'token', t: 0 })).toEqual(names.slice(0, -1));
    expect(await traced({ of: 'logit', t: 0, v: 0 })).toEqual(names.slice(0, -3));
  });

  test("the mean of all tokens' gradients is the gradient of the mean loss", async () => {
    const { engine, program } = await newEngine();
    const mean = new Float64Array(program.num_params);
    for (let t = 0; t < batch.T; t++) {
      const { gradients } = await engine.trace(batch, { seed: { of: 'token', t } });
      flatten(program, gradients).forEach((g, i) => (mean[i] += g / batch.T));
    }
    const { gradients } = await engine.trace(batch);
    expect(worstError(mean, flatten(program, gradients)).error).toBeLessThan(1e-14);
  });

  test("the logits' gradients, put together by the loss's, are the loss's", async () => {
    const { engine, program } = await newEngine();
    const whole = (await engine.trace(batch, { seed: { of: 'token', t: 5 } })).gradients;
    const sum = new Float64Array(program.num_params);
    for (let v = 0; v < V; v++) {
      const { gradients } = await engine.trace(batch, { seed: { of: 'logit', t: 5, v } });
      const dlogit = whole.get('logits')![5 * V + v];
      flatten(program, gradients).forEach((g, i) => (sum[i] += dlogit * g));
    }
    expect(worstError(sum, flatten(program, whole)).error).toBeLessThan(1e-14);
  });

  test.each<[Seed, string]>([
    [{ of: 'token', t: 10 }, 'seed: needs t from 0 to 9, got 10'],
    [{ of: 'token', t: 0.5 }, 'seed: needs t from 0 to 9, got 0.5'],
    [{ of: 'logit', t: -1, v: 0 }, 'seed: needs t from 0 to 9, got -1'],
    [{ of: 'logit', t: 0, v: 7 }, 'seed: needs v from 0 to 6, got 7']
  ])('%o is refused', async (seed, message) => {
    const { engine } = await newEngine();
    await expect(engine.trace(batch, { seed })).rejects.toThrow(new ShapeError(message));
  });
});

describe.each(seeds)('recording %s', (_, seed) => {
  let plain: Trace;
  let recorded: Trace;
  const trace = async () => {
    const { engine, program } = await newEngine();
    plain = await engine.trace(batch, { seed });
    recorded = await engine.trace(batch, { seed, record: true });
    return program;
  };

  test('changes no bit of the trace, and keeps the seed', async () => {
    await trace();
    const { recording, ...rest } = recorded;
    expect(rest).toEqual(plain);
    expect(recording!.seed).toEqual(seed);
  });

  test('goes from the node of the seed to the first, input by input', async () => {
    const { nodes } = await trace();
    const skipped = { loss: 0, token: 1, logit: 3 }[seed.of];
    const expected = nodes
      .slice(0, nodes.length - skipped)
      .reverse()
      .map(({ name, inputs }) => [name, Object.values(inputs)]);
    const told = recorded.recording!.nodes.map(({ node, gradients }) => [
      node,
      [...gradients.keys()]
    ]);
    expect(told).toEqual(expected);
  });

  test('ends, tensor by tensor, with its gradient', async () => {
    await trace();
    const last = new Map(recorded.recording!.nodes.flatMap(({ gradients }) => [...gradients]));
    for (const [name, gradient] of last) expect(gradient, name).toEqual(plain.gradients.get(name));
  });

  test('tells what each node adds to what was there', async () => {
    await trace();
    const { nodes } = recorded.recording!;
    const grown = (name: string) => nodes.flatMap(({ gradients }) => gradients.get(name) ?? []);
    const residual = grown('layer0.attn_residual');
    expect(residual).toHaveLength(2);
    // The residual connection itself hands its gradient on unchanged; the branch adds to it.
    expect(residual[0]).toEqual(plain.gradients.get('layer0.mlp_residual'));
    expect(residual[1]).not.toEqual(residual[0]);
    expect(grown('layer1.attn_norm')).toHaveLength(3);
  });
});

describe('the gradients that training took', () => {
  const step = { step: 1, batch, learning_rate: 0.1 };

  test('are those that a trace of the mean loss tells, bit for bit', async () => {
    const { engine, program } = await newEngine();
    for (let n = 1; n <= 3; n++) {
      const { gradients } = await engine.trace(batch, { record: true });
      await engine.train([{ ...step, step: n }], false);
      expect(await engine.lastGradients()).toEqual(flatten(program, gradients));
    }
  });

  test('outlast traces of anything else', async () => {
    const { engine } = await newEngine();
    expect((await engine.lastGradients()).every((g) => g === 0)).toBe(true);
    await engine.train([step], false);
    const taken = await engine.lastGradients();
    await engine.trace(makeBatch([encode('fade')], 5), { seed: { of: 'logit', t: 0, v: 1 } });
    expect(await engine.lastGradients()).toEqual(taken);
    taken.fill(0);
    expect(await engine.lastGradients()).not.toEqual(taken);
  });

  test('make the very update', async () => {
    const { engine, weights } = await newEngine();
    await engine.train([step], false);
    const { m, weights: after } = await engine.save();
    const g = await engine.lastGradients();
    expect(m).toEqual(g.map((gi) => 0.85 * 0 + (1 - 0.85) * gi));
    expect(after).not.toEqual(weights);
  });
});
