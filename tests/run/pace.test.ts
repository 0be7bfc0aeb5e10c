import { describe, expect, test } from 'vitest';
import type { EngineName } from '../../src/lib/engine/engine';
import { Pace } from '../../src/lib/run/pace';

/** Steps of each of so many calls of an engine that takes `ms` for a step. */
function calls(pace: Pace, engine: EngineName, ms: number, count = 10): number[] {
  return Array.from({ length: count }, () => {
    const steps = pace.stepsFor(engine);
    pace.learn(engine, steps, steps * ms);
    return steps;
  });
}

describe('pace', () => {
  test.each([
    ['cpu', 1, [1, 2, 4, 8, 10, 10]],
    ['gpu', 1, [1, 2, 4, 8, 16, 30]],
    ['cpu', 50, [1, 1, 1, 1, 1, 1]],
    ['cpu', 0.01, [1, 2, 4, 8, 16, 32]],
    ['gpu', 0, [1, 2, 4, 8, 16, 32]]
  ] as const)('%s with %d ms a step', (engine, ms, expected) => {
    expect(calls(new Pace(), engine, ms).slice(0, 6)).toEqual(expected);
  });

  test('takes as many steps together as fit, and never more than 1,024', () => {
    expect(Math.max(...calls(new Pace(), 'gpu', 0.1, 15))).toBe(300);
    expect(Math.max(...calls(new Pace(), 'gpu', 0.001, 15))).toBe(1024);
  });

  test('falls at once when steps become slow', () => {
    const pace = new Pace();
    calls(pace, 'cpu', 0.1);
    pace.learn('cpu', pace.stepsFor('cpu'), 1000);
    expect(pace.stepsFor('cpu')).toBe(1);
  });

  test('begins anew with another engine', () => {
    const pace = new Pace();
    calls(pace, 'cpu', 0.1);
    expect(pace.stepsFor('gpu')).toBe(1);
  });
});
