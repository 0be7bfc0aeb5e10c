import { describe, expect, test } from 'vitest';
import { makeBatch } from '$lib/engine/batch';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { Random } from '$lib/engine/random';
import { trainedTolerance } from '$lib/engine/tolerances';
import { checkAgainstTrainer } from '$lib/engine/trainerCheck';
import { drawModel, encode, smallModel } from './smallModel';

const batch = makeBatch(
  ['cab', 'dad'].map((text) => encode(text)),
  smallModel.block_size
);

describe('the check against the trainer', () => {
  async function trained() {
    const { program, weights } = drawModel({}, new Random(6));
    const engine = new CpuEngine(program, { beta1: 0.85, beta2: 0.99, eps_adam: 1e-8 });
    const zeros = new Float64Array(weights.length);
    await engine.load({ step: 0, weights, m: zeros, v: zeros });
    const trace = await engine.trace(batch, { record: true });
    await engine.train([{ step: 1, batch, learning_rate: 0.01 }], false);
    return { engine, trace, gradients: await engine.lastGradients() };
  }

  test('finds every bit the same on the cpu', async () => {
    const { engine, trace, gradients } = await trained();
    const { exact, agrees, parameters } = checkAgainstTrainer(
      engine.program,
      'cpu',
      trace,
      gradients
    );
    expect([exact, agrees]).toEqual([true, true]);
    expect(parameters.map(({ name }) => name)).toEqual(
      engine.program.parameters.map(({ name }) => name)
    );
  });

  test.each(['cpu', 'gpu'] as const)('finds what is off on the %s', async (name) => {
    const { engine, trace, gradients } = await trained();
    const { program } = engine;
    const { offset } = program.parameters.find(({ name }) => name === 'layer0.attn_wq')!;
    const tampered = gradients.slice();
    tampered[offset + 2] += 1e-4 * Math.max(...gradients.map(Math.abs));
    const { agrees, parameters } = checkAgainstTrainer(program, name, trace, tampered);
    expect(agrees).toBe(false);
    const off = parameters.filter((parameter) => !parameter.agrees);
    expect(off.map(({ name, deviation }) => [name, deviation.index])).toEqual([
      ['layer0.attn_wq', 2]
    ]);
  });

  test('one unit in the last place is not exact, and allowed on the gpu alone', async () => {
    const { engine, trace, gradients } = await trained();
    const tampered = gradients.map((g) => g * (1 + Number.EPSILON));
    const verdict = (name: 'cpu' | 'gpu') => {
      const { exact, agrees } = checkAgainstTrainer(engine.program, name, trace, tampered);
      return { exact, agrees };
    };
    expect(verdict('cpu')).toEqual({ exact: false, agrees: false });
    expect(verdict('gpu')).toEqual({ exact: false, agrees: true });
  });

  test('allows the gpu as much as the table does', async () => {
    const { engine, trace, gradients } = await trained();
    const [{ name, size }] = engine.program.parameters;
    const wte = trace.gradients.get(name)!;
    const largest = Math.max(...wte.map(Math.abs));
    const verdict = (shares: number) => {
      const tampered = gradients.slice();
      tampered[size - 1] += shares * trainedTolerance.gpu.error * largest;
      return checkAgainstTrainer(engine.program, 'gpu', trace, tampered).agrees;
    };
    expect([verdict(0.9), verdict(1.1)]).toEqual([true, false]);
  });

  test('takes what is no number for the same where both have it', async () => {
    const { engine, trace, gradients } = await trained();
    const [{ name }] = engine.program.parameters;
    const verdict = () => checkAgainstTrainer(engine.program, 'cpu', trace, gradients).exact;
    gradients[4] = NaN;
    expect(verdict()).toBe(false);
    trace.gradients.get(name)![4] = NaN;
    expect(verdict()).toBe(true);
  });
});
