import { describe, expect, test } from 'vitest';
import { SubmitLength } from '$lib/engine/gpu/fused/submitLength';

/** Steps of each of so many submits, one after the other, of a GPU that takes `ms` for a step. */
async function submits(ms: number, count = 12, most = 256): Promise<number[]> {
  let now = 0;
  const length = new SubmitLength(most, () => now);
  const steps: number[] = [];
  for (let i = 0; i < count; i++) {
    steps.push(length.steps);
    const measured = length.time(length.steps, Promise.resolve());
    now += length.steps * ms;
    await measured;
  }
  return steps;
}

describe('a submit', () => {
  test.each([
    [1, [1, 2, 4, 8, 16, 32, 40, 40]],
    [15, [1, 2, 2, 2]],
    [100, [1, 1, 1, 1]]
  ])('of steps of %d ms takes 8 to 50 ms, once that is known', async (ms, expected) => {
    const steps = await submits(ms);
    expect(steps.slice(0, expected.length)).toEqual(expected);
    expect(steps[11]).toBe(expected[expected.length - 1]);
  });

  test('never takes more than the buffers hold', async () => {
    expect(Math.max(...(await submits(0, 12, 100)))).toBe(100);
  });

  test('falls at once when steps become slow', async () => {
    let now = 0;
    const length = new SubmitLength(64, () => now);
    for (const ms of [1, 1, 1, 400]) {
      const measured = length.time(length.steps, Promise.resolve());
      now += ms * length.steps;
      await measured;
    }
    expect(length.steps).toBe(1);
  });

  test('is measured from the end of the one before, not from where it began to wait', async () => {
    let now = 0;
    const length = new SubmitLength(256, () => now);
    const ends: (() => void)[] = [];
    const submit = () => length.time(20, new Promise<void>((resolve) => ends.push(resolve)));
    const first = submit();
    const second = submit();
    now = 20;
    ends[0]();
    await first;
    now = 40;
    ends[1]();
    await second;
    for (let i = 0; i < 6; i++) {
      const next = length.time(length.steps, Promise.resolve());
      now += length.steps;
      await next;
    }
    expect(length.steps).toBe(40);
  });

  test('is short where there is no clock', async () => {
    const length = new SubmitLength(256);
    await length.time(length.steps, Promise.resolve());
    expect(length.steps).toBe(8);
    expect(new SubmitLength(3).steps).toBe(3);
  });
});
