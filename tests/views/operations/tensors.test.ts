import { describe, expect, test } from 'vitest';
import { BackwardPass } from '$lib/engine/backwardPass';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import { defaultOpened, type Opened } from '$lib/run/openedLink';
import { Plan } from '$lib/run/plan';
import { adamConfig } from '$lib/run/settings';
import { Operations } from '$lib/state/operations.svelte';
import { buildRamp } from '$lib/views/ramp';
import {
  cellOf,
  indexAt,
  placeAt,
  placeIn,
  placeTowards,
  pool,
  scales,
  sliceOf,
  strength,
  tensorPixels
} from '$lib/views/operations/tensorPixels';
import {
  describeAgreement,
  describeProgress,
  describeStanding,
  describeVerification,
  formatNumber,
  nameOfNumber,
  sharedDigits
} from '$lib/views/operations/words';
import { Lesson } from '../../run/inspected';
import { smallRequest } from '../../run/scenario';

const request = smallRequest({ num_steps: 12, sample_interval: 0 });

async function trained(): Promise<Lesson> {
  const lesson = new Lesson(request);
  await lesson.until('run.started');
  await lesson.train(10);
  return lesson;
}

async function opened(step: number) {
  const lesson = await trained();
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
    for (const tensor of trace.values.keys()) {
      operations.watch({ tensor, reading: 'value' });
      operations.watch({ tensor, reading: 'gradient' });
    }
    await operations.read([]);
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

  test('a move begins where the one before it led, however fast they are asked for', async () => {
    const operations = await opened(3);
    const moves = (['end', 'start', 'next'] as const).map((to) => operations.move({ to }));
    expect(await Promise.all(moves)).toEqual([true, true, true]);
    expect(operations.position).toBe(1);
  });

  test('open one from another, and back', async () => {
    const operations = await opened(3);
    const address = { tensor: 'loss', aspect: 'value', index: [] } as const;
    await operations.openNumber(address, true);
    const { contributions, stored } = operations.trail.opened!;
    await operations.read([{ tensor: 'loss', reading: 'value' }]);
    expect(stored).toBe(operations.reading({ tensor: 'loss', reading: 'value' })?.numbers?.[0]);
    expect(operations.trail.verified).toBeNull();
    await operations.trail.verify();
    expect(describeVerification(operations.trail.verified!)).toContain('0 ulp');
    const term = contributions[0].terms[0].pieces.find((piece) => piece.address)!;
    await operations.openNumber(term.address!, false);
    expect(operations.trail.addresses.map(({ tensor }) => tensor)).toEqual(['loss', 'losses']);
    expect(operations.trail.verified).toBeNull();
    expect(operations.tensor).toEqual({ tensor: 'losses', reading: 'value' });
    await operations.backTo(0);
    expect(operations.trail.addresses).toHaveLength(1);
    expect(operations.trail.opened?.address).toEqual(address);
  });

  test('of a gradient stand as far as they are at each stop', async () => {
    const operations = await opened(3);
    const address = { tensor: 'layer0.attn_norm', aspect: 'gradient', index: [0, 1] } as const;
    await operations.openNumber(address, true);
    expect(describeStanding(operations.trail.opened!)).toMatch(/^Not computed yet at this stop/);
    await operations.move({ to: 'operation', name: 'layer0.v' });
    expect(describeStanding(operations.trail.opened!)).toMatch(/^Partial: 1 of 3/);
    await operations.trail.verify();
    expect(operations.trail.verified).toMatchObject({ done: 1, total: 3 });
    await operations.move({ to: 'end' });
    expect(describeStanding(operations.trail.opened!)).toBeNull();
    expect(operations.trail.verified).toBeNull();
  });

  test('are noted as the address has them, and restored from it', async () => {
    const lesson = await trained();
    const note: { opened: Opened | null } = { opened: null };
    const operations = new Operations(lesson.inspector, note);
    await operations.open(3, { of: 'token', t: 1 });
    expect(note.opened).toEqual({ ...defaultOpened, seed: { of: 'token', t: 1 } });
    const cell = { tensor: 'layer0.attn_wq', aspect: 'gradient', index: [3, 1] } as const;
    await operations.restore(4, { ...defaultOpened, cell, page: 'other' });
    const { stops } = operations.outline!;
    const stop = stops.findIndex(({ node }) => node === 'layer0.q') + 1;
    expect(note.opened).toMatchObject({ page: 'other', cell, stop, operation: 'layer0.q' });
    expect(operations.progress(cell.tensor).state).toBe('complete');
    const again = { opened: null };
    await new Operations(lesson.inspector, again).restore(4, note.opened!);
    expect(again.opened).toEqual(note.opened);
    operations.close();
    expect(note.opened).toBeNull();
  });

  test('that a link names beyond the step are refused, and the step is open', async () => {
    const operations = new Operations((await trained()).inspector);
    await operations.restore(4, { ...defaultOpened, seed: { of: 'token', t: 15 } });
    expect(operations.refusal).toMatch(
      /^seed: needs t from 0 to \d+, got 15; using the mean loss$/
    );
    await operations.restore(4, { ...defaultOpened, stop: 500 });
    expect(operations.refusal).toBe('stop: needs an integer from 0 to 23, got 500; using 23');
    const cell = { tensor: 'layer0.q', aspect: 'value', index: [0, 99] } as const;
    await operations.restore(4, { ...defaultOpened, cell, stop: 23 });
    expect(operations.refusal).toMatch(/^explain: needs an index of layer0\.q/);
    expect(operations.position).toBe(operations.outline?.stops.length);
  });

  test('play on to a breakpoint, and no further', async () => {
    const operations = await opened(3);
    operations.playback.rate = 1e6;
    operations.breakpoints.toggle('layer0.mlp_out');
    await operations.playback.play();
    expect(operations.stop?.node).toBe('layer0.mlp_out');
    expect(operations.hit?.breakpoint).toEqual({ on: 'operation', name: 'layer0.mlp_out' });
    operations.breakpoints.toggle('layer0.mlp_out');
    await operations.playback.play();
    expect(operations.position).toBe(operations.outline?.stops.length);
    expect(operations.playback.isPlaying).toBe(false);
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
    expect(sliceOf([6, 4, 16])).toMatchObject({ rows: 6, columns: 64 });
    expect(sliceOf([6])).toMatchObject({ rows: 1, columns: 6 });
    expect(sliceOf([])).toMatchObject({ rows: 1, columns: 1 });
  });

  test('shows one head by itself', () => {
    const shape = [6, 4, 16];
    const head = sliceOf(shape, 2);
    expect(head).toMatchObject({ rows: 6, columns: 16 });
    const place = placeIn(head, 3, 5);
    expect(indexAt(place, shape)).toEqual([3, 2, 5]);
    expect(cellOf(head, place)).toBe(3 * 16 + 5);
    expect(cellOf(sliceOf(shape), place)).toBe(place);
  });

  test('in fewer pixels keeps the largest number of those that fall together', () => {
    const numbers = [1, -5, 2, 0, 3, 4, NaN, 0];
    const pooled = pool(numbers, sliceOf([2, 4]), 2);
    expect(pooled).toMatchObject({ rows: 2, columns: 2 });
    expect([...pooled.numbers]).toEqual([-5, 2, 4, NaN]);
    expect([...pool(numbers, sliceOf([2, 4]), 9).numbers]).toEqual(numbers);
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
    const scale = scales.logarithmic.value;
    expect([0, 1e-4, -0.1, 10, -1000, Infinity].map((x) => strength(x, scale))).toEqual([
      0, 0, 0.5, 1, 1, 1
    ]);
    expect([-1, 1, 5].map((x) => strength(x, scales.linear.value))).toEqual([0.5, 0.5, 1]);
    const [positive, negative] = ['#0000ff', '#ff0000'].map((end) => buildRamp(['#000000', end]));
    const pixels = tensorPixels([10, -10, 0], scale, { positive, negative });
    expect([...pixels]).toEqual([0, 0, 255, 255, 255, 0, 0, 255, 0, 0, 0, 255]);
  });
});

test('digits are cut where they part', () => {
  expect(sharedDigits(-0.125, -0.126)).toEqual(['−0.12', '5']);
  expect(sharedDigits(0.5, 0.5)).toEqual(['0.5', '']);
});

test('numbers, names and progress in words', () => {
  expect(formatNumber(-0.00012345678)).toBe('−0.000123457');
  expect(nameOfNumber({ tensor: 'wte', aspect: 'gradient', index: [3, 5] })).toBe('dwte[3,5]');
  expect(describeProgress({ done: 0, total: 2, state: 'none' })).toBe('—');
  expect(describeProgress({ done: 1, total: 2, state: 'partial' })).toBe('partial: 1 of 2');
});
