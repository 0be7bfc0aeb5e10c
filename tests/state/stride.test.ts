import { describe, expect, test } from 'vitest';
import { Stride } from '../../src/lib/state/stride';

/** Steps at once after so many pictures that each take `work(steps)` milliseconds. */
function settled(rate: number, work: (steps: number) => number): number {
  const stride = new Stride();
  for (let i = 0; i < 60; i++) stride.learn(work(stride.steps), rate);
  return stride.steps;
}

describe('the steps at once', () => {
  test('are one where each picture is there in time', () => {
    expect(settled(20, () => 40)).toBe(1);
  });

  test('are one at 60 a second on a screen that is drawn 60 times', () => {
    expect(settled(60, () => 1000 / 60)).toBe(1);
  });

  test('are as many as a picture takes, where that is what takes long', () => {
    expect(settled(20, () => 200)).toBe(4);
  });

  test('grow with the replay of each, and have an end', () => {
    expect(settled(20, (steps) => 40 + 25 * steps)).toBeGreaterThan(1);
    expect(settled(60, (steps) => 100 * steps)).toBe(100);
  });

  test('at most double from one picture to the next, and shrink again', () => {
    const stride = new Stride();
    stride.learn(5000, 20);
    expect(stride.steps).toBe(2);
    for (let i = 0; i < 20; i++) stride.learn(10, 20);
    expect(stride.steps).toBe(1);
  });
});
