import { describe, expect, test } from 'vitest';
import { BackwardPass } from '$lib/engine/backwardPass';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { Plan } from '$lib/run/plan';
import { adamConfig } from '$lib/run/settings';
import { Operations } from '$lib/state/operations.svelte';
import { buildRamp } from '$lib/views/ramp';
import {
  gridOf,
  indexAt,
  placeAt,
  placeTowards,
  strength,
  tensorPixels
} from '$lib/views/operations/tensorPixels';
import {
  describeAgreement,
  describeProgress,
  describeVerification,
  formatNumber,
  nameOfNumber
} from '$lib/views/operations/words';
import { Lesson } from '../../run/inspected';
import { smallRequest } from '../../run/scenario';

const request = smallRequest({ num_steps: 12, sample_interval: 0 });

async function opened(step: number) {
  const lesson = new Lesson(request);
  await lesson.until('run.started');
  await lesson.train(10);
  const operations = new Operations(lesson.inspector);
  await operations.open(step, { of: 'loss' });
  return operations;
}

describe('the numbers that are shown', () => {
  test('are the trace’s at every stop, and nothing stands for what is not computed', async () => {
    const step = 7;
    const operations = await opened(step);
    const plan = new Plan(request);
    const engine = new CpuEngine(plan.program, adamConfig(plan.settings));
    await engine.load(plan.initial);
    await engine.train(plan.steps(0, step - 1), false);
    const trace = await engine.trace(plan.steps(step - 1, 1)[0].batch, { record: true });
    const pass = new BackwardPass(plan.program, trace);
    for (let position = 0; position <= pass.stops.length; position++) {
      expect(operations.position).toBe(position);
      for (const tensor of trace.values.keys()) {
        const numbers = (reading: 'value' | 'gradient') =>
          operations.reading({ tensor, reading })?.numbers;
        expect(numbers('value')).toEqual(trace.values.get(tensor));
        expect(numbers('gradient')).toEqual(pass.gradient(position, tensor));
      }
      await operations.move({ to: 'next' });
    }
    expect(describeAgreement(operations.outline!)).toMatch(/^Checked: all .* bit for bit\.$/);
  });

  test('open one from another, and back', async () => {
    const operations = await opened(3);
    const address = { tensor: 'loss', aspect: 'value', index: [] } as const;
    await operations.openNumber(address, true);
    const [{ contributions, verification, stored }] = operations.trail;
    expect(stored).toBe(operations.reading({ tensor: 'loss', reading: 'value' })?.numbers?.[0]);
    expect(describeVerification(verification)).toContain('0 ulp');
    const term = contributions[0].terms[0].pieces.find((piece) => piece.address)!;
    await operations.openNumber(term.address!, false);
    expect(operations.trail.map((number) => number.address.tensor)).toEqual(['loss', 'losses']);
    operations.backTo(0);
    expect(operations.trail).toHaveLength(1);
  });

  test('what is refused is said, and what was open stays', async () => {
    const operations = await opened(3);
    await operations.open(99, { of: 'loss' });
    expect(operations.refusal).toBe('inspection: needs a step from 1 to 10, got 99');
    expect(operations.outline?.step).toBe(3);
    await operations.move({ to: 'end' });
    expect(operations.refusal).toBeNull();
    expect(operations.progress('layer0.attn_norm')).toMatchObject({ done: 3, total: 3 });
  });
});

describe('the picture of a tensor', () => {
  test('has its first axis downwards, the others across', () => {
    expect(gridOf([6, 4, 16])).toEqual({ rows: 6, columns: 64 });
    expect(gridOf([6])).toEqual({ rows: 1, columns: 6 });
    expect(gridOf([])).toEqual({ rows: 1, columns: 1 });
  });

  test('knows the index of each cell', () => {
    const shape = [6, 4, 16];
    expect(indexAt(2 * 64 + 3 * 16 + 5, shape)).toEqual([2, 3, 5]);
    expect(placeAt([2, 3, 5], shape)).toBe(2 * 64 + 3 * 16 + 5);
    expect(placeAt([2, 4, 5], shape)).toBeNull();
    expect(placeAt([2, 3], shape)).toBeNull();
    expect(indexAt(0, [])).toEqual([]);
  });

  test('is walked by arrow keys, within its rim', () => {
    const grid = { rows: 2, columns: 3 };
    expect(placeTowards('ArrowDown', 1, grid)).toBe(4);
    expect(placeTowards('ArrowDown', 4, grid)).toBe(4);
    expect(placeTowards('End', 3, grid)).toBe(5);
    expect(placeTowards('Enter', 3, grid)).toBeNull();
  });

  test('has colours on a fixed logarithmic scale, by sign', () => {
    const scale = { from: -3, to: 1 };
    expect([0, 1e-4, -0.1, 10, -1000, Infinity].map((x) => strength(x, scale))).toEqual([
      0, 0, 0.5, 1, 1, 1
    ]);
    const [positive, negative] = ['#0000ff', '#ff0000'].map((end) => buildRamp(['#000000', end]));
    const pixels = tensorPixels([10, -10, 0], scale, { positive, negative });
    expect([...pixels]).toEqual([0, 0, 255, 255, 255, 0, 0, 255, 0, 0, 0, 255]);
  });
});

test('numbers, names and progress in words', () => {
  expect(formatNumber(-0.00012345678)).toBe('−0.000123457');
  expect(nameOfNumber({ tensor: 'wte', aspect: 'gradient', index: [3, 5] })).toBe('dwte[3,5]');
  expect(describeProgress({ done: 0, total: 2, state: 'none' })).toBe('—');
  expect(describeProgress({ done: 1, total: 2, state: 'partial' })).toBe('partial: 1 of 2');
});
