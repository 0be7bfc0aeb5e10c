import { describe, expect, test } from 'vitest';
import { adamStep, adamUpdate, scheduledRate, type AdamConfig } from '$lib/engine/adam';

const config: AdamConfig = { beta1: 0.9, beta2: 0.99, eps_adam: 1e-8 };

const floats = (...numbers: number[]) => Float64Array.from(numbers);

describe('adamStep', () => {
  test.each([
    [1, 1 - 0.9, 1 - 0.99],
    [2, 1 - 0.81, 1 - 0.9801],
    [2000, 1, 1 - 1.8637e-9]
  ])('corrects step %i for moments that began at 0', (step, correction1, correction2) => {
    const update = adamStep(config, 0.5, step);
    expect(update.learning_rate).toBe(0.5);
    expect(Math.abs(update.correction1 - correction1)).toBeLessThan(1e-12);
    expect(Math.abs(update.correction2 - correction2)).toBeLessThan(1e-12);
  });
});

describe('adamUpdate', () => {
  test('the first update is the learning rate against the sign of the gradient, whatever its size', () => {
    const w = floats(1, 1, 1, 1);
    const g = floats(1e-3, -1e-3, 1e6, -1e6);
    adamUpdate(
      config,
      adamStep(config, 0.5, 1),
      { w, g, m: floats(0, 0, 0, 0), v: floats(0, 0, 0, 0) },
      0,
      4
    );
    [0.5, 1.5, 0.5, 1.5].forEach((expected, i) =>
      expect(Math.abs(w[i] - expected)).toBeLessThan(1e-5)
    );
  });

  test('two updates by hand', () => {
    const arrays = { w: floats(1), g: floats(2), m: floats(0), v: floats(0) };
    adamUpdate(config, adamStep(config, 0.1, 1), arrays, 0, 1);
    arrays.g[0] = -1;
    const square = adamUpdate(config, adamStep(config, 0.1, 2), arrays, 0, 1);
    const m = 0.9 * 0.2 - 0.1;
    const v = 0.99 * 0.04 + 0.01;
    const second = (0.1 * (m / 0.19)) / (Math.sqrt(v / 0.0199) + 1e-8);
    expect(Math.abs(arrays.m[0] - m)).toBeLessThan(1e-15);
    expect(Math.abs(arrays.v[0] - v)).toBeLessThan(1e-15);
    expect(Math.abs(arrays.w[0] - (1 - 0.1 - second))).toBeLessThan(1e-8);
    expect(Math.abs(square - second ** 2)).toBeLessThan(1e-15);
  });

  test('no gradient, no update; eps_adam keeps it from 0 / 0', () => {
    const arrays = { w: floats(1), g: floats(0), m: floats(0), v: floats(0) };
    expect(adamUpdate(config, adamStep(config, 0.1, 1), arrays, 0, 1)).toBe(0);
    expect(arrays.w[0]).toBe(1);
  });

  test('only [from, to) is updated', () => {
    const arrays = {
      w: floats(1, 1, 1),
      g: floats(1, 1, 1),
      m: floats(0, 0, 0),
      v: floats(0, 0, 0)
    };
    adamUpdate(config, adamStep(config, 0.1, 1), arrays, 1, 2);
    for (const array of [arrays.w, arrays.m, arrays.v]) {
      expect(array[0]).toBe(array[2]);
      expect(array[1]).not.toBe(array[0]);
    }
  });
});

/** Of 100 steps at 0.01: the rate of the first step, of the middle one and of the last. */
describe('scheduledRate', () => {
  test.each([
    ['constant', 0, 0.01],
    ['constant', 99, 0.01],
    ['linear', 0, 0.01],
    ['linear', 50, 0.005],
    ['linear', 99, 0.0001],
    ['cosine', 0, 0.01],
    ['cosine', 50, 0.005],
    ['cosine', 99, 0.005 * (1 - Math.cos(Math.PI / 100))]
  ] as const)('%s after %i steps', (schedule, done, expected) => {
    expect(Math.abs(scheduledRate(schedule, 0.01, done, 100) - expected)).toBeLessThan(1e-17);
  });

  test.each(['linear', 'cosine', 'constant'] as const)('%s of a run of one step', (schedule) => {
    expect(scheduledRate(schedule, 0.01, 0, 1)).toBe(0.01);
  });
});
