import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ModelState, StepMetrics, TrainStep } from '$lib/engine/engine';
import { ShapeError } from '$lib/engine/errors';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { FusedTrainer } from '$lib/engine/gpu/fused/fusedTrainer';
import { adam, drawBatch, smallModel } from './models';

const { program, state } = smallModel({ n_embd: 14, n_head: 2 });

let device: Device;
let trainer: FusedTrainer;
beforeAll(async () => {
  device = await openDevice(navigator.gpu);
});
afterAll(() => device.close());
beforeEach(async () => {
  trainer = await FusedTrainer.create(device, program, adam);
  await trainer.settled();
  await trainer.load(state);
});
afterEach(() => trainer.dispose());

/** Steps of one to three documents of different lengths. */
function steps(first: number, count: number): TrainStep[] {
  return Array.from({ length: count }, (_, i) => {
    const step = first + i;
    const lengths = [1 + (step % 7), 8, 1].slice(0, 1 + (step % 3));
    return { step, batch: drawBatch(program, lengths, step), learning_rate: 0.02 / step };
  });
}

type Run = { metrics: StepMetrics[]; state: ModelState };

/** Trains in calls of k steps each. */
async function train(all: readonly TrainStep[], k = all.length, watch = false): Promise<Run> {
  const metrics: StepMetrics[] = [];
  for (let i = 0; i < all.length; i += k) {
    metrics.push(...(await trainer.train(all.slice(i, i + k), watch)).metrics);
  }
  return { metrics, state: await trainer.save() };
}

describe('the same bits come of', () => {
  const plan = steps(1, 16);
  let plain: Run;
  beforeEach(async () => {
    plain = await train(plan);
    expect(plain.state.weights).not.toEqual(state.weights);
    await trainer.load(state);
  });

  test.each<[string, () => Promise<Run>]>([
    ['the same steps again', () => train(plan)],
    ['one step a call', () => train(plan, 1)],
    ['five steps a call, watched', () => train(plan, 5, true)],
    ['one step a call, watched', () => train(plan, 1, true)],
    ['steps after larger batches', () => afterLargerBatches(plan)],
    ['steps after weights that were no numbers', () => afterNaN(plan)],
    ['another trainer', () => onAnotherTrainer(plan)],
    ['a state saved on the way and loaded again', () => savedAt(plan, 6)]
  ])('%s', async (_, run) => {
    expect(await run()).toEqual(plain);
  });
});

async function afterLargerBatches(plan: readonly TrainStep[]): Promise<Run> {
  const batch = drawBatch(program, [7, 7, 7], 99);
  await trainer.train([{ step: 1, batch, learning_rate: 0.5 }], true);
  await trainer.load(state);
  return train(plan);
}

async function afterNaN(plan: readonly TrainStep[]): Promise<Run> {
  await trainer.load({ ...state, weights: state.weights.map(() => NaN) });
  const { metrics } = await trainer.train(steps(1, 2), false);
  expect(metrics[1].loss).toBeNaN();
  await trainer.load(state);
  return train(plan);
}

async function onAnotherTrainer(plan: readonly TrainStep[]): Promise<Run> {
  trainer.dispose();
  trainer = await FusedTrainer.create(device, program, adam);
  await trainer.load(state);
  return train(plan);
}

async function savedAt(plan: readonly TrainStep[], done: number): Promise<Run> {
  const { metrics, state: saved } = await train(plan.slice(0, done));
  await train(plan.slice(done));
  await trainer.load(saved);
  const rest = await train(plan.slice(done));
  return { metrics: [...metrics, ...rest.metrics], state: rest.state };
}

test('a call of more steps than are submitted or read at once is the same as many calls', async () => {
  const plan = steps(1, 300);
  const long = await train(plan);
  expect(long.metrics.map(({ step }) => step)).toEqual(plan.map(({ step }) => step));
  await trainer.load(state);
  expect(await train(plan, 20)).toEqual(long);
});

test('a state comes back as it was loaded, rounded to f32, and so do the weights without padding', async () => {
  const m = state.weights.map((w) => w / 3);
  const v = state.weights.map((w) => w * w);
  await trainer.load({ ...state, step: 7, m, v });
  const round = (numbers: Float64Array) => numbers.map((x) => Math.fround(x));
  expect(await trainer.save()).toEqual({
    step: 7,
    weights: state.weights,
    m: round(m),
    v: round(v)
  });
  await train(steps(8, 2));
  const flat = new Float32Array(await device.read(await trainer.copyWeights()));
  expect(Float64Array.from(flat)).toEqual((await trainer.save()).weights);
});

test('a watched call shows the first document of its last step', async () => {
  const [first, last] = steps(4, 2);
  const { frame } = await trainer.train([first, last], true);
  const T = last.batch.lengths[0];
  expect(last.batch.B).toBeGreaterThan(1);
  expect(frame).toMatchObject({ step: 5, T, tokens: last.batch.tokens.slice(0, T) });
  expect(frame!.losses).toHaveLength(T);
  expect(frame!.attention).toHaveLength(2);
  expect((await trainer.train([first], false)).frame).toBeUndefined();
});

test('a watched call times every stage, if the device can', async () => {
  const { times } = await trainer.train(steps(1, 3), true);
  if (!device.timestamps) return expect(times).toBeUndefined();
  const { forward, backward, adam, steps: count } = times!;
  expect(count).toBe(1);
  expect(Object.keys(forward)).toEqual(program.stages);
  // The loss' gradient comes out of the loss' own kernel.
  const reversed = program.stages.filter((stage) => stage !== 'loss').reverse();
  expect(Object.keys(backward)).toEqual(reversed);
  for (const ms of [...Object.values(forward), ...Object.values(backward), adam]) {
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThan(1000);
  }
  expect((await trainer.train(steps(4, 3), false)).times).toBeUndefined();
});

test('no steps do nothing', async () => {
  expect(await trainer.train([], true)).toEqual({ metrics: [] });
  expect(await trainer.save()).toEqual(state);
});

test('a batch that does not fit is refused before anything is trained', async () => {
  const batch = drawBatch(program, [7, 7, 7, 7]);
  const tooLarge = [...steps(1, 3), { step: 4, batch, learning_rate: 0.1 }];
  await expect(trainer.train(tooLarge, false)).rejects.toThrow(
    new ShapeError('train: needs a batch of 1 to 21 positions, got 28')
  );
  expect(await trainer.save()).toEqual(state);
});

test('training begins before the chosen schedule is compiled, where compiling is slow, and goes over to it', async () => {
  const tiny = smallModel({ n_layer: 1, n_embd: 4, n_head: 1 });
  const other = await FusedTrainer.create(device, tiny.program, adam);
  if (device.software) expect(other.dispatches(1)).toBeGreaterThan(1);
  await other.settled();
  expect(other.dispatches(1)).toBe(1);
  other.dispose();
});

test('as many buffers and bytes are alive after 20 calls as after 100', async () => {
  const alive: [number, number][] = [];
  for (let count = 1; count <= 100; count++) {
    await trainer.train(steps(count, 1 + (count % 3)), count % 2 === 0);
    alive.push([device.buffers, device.bytes]);
  }
  expect(alive[99]).toEqual(alive[19]);
});

test('disposing frees what was allocated', async () => {
  const before = device.buffers;
  const other = await FusedTrainer.create(device, program, adam);
  expect(device.buffers).toBeGreaterThan(before + 8);
  other.dispose();
  expect(device.buffers).toBe(before);
});
