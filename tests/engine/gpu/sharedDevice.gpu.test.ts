import { expect, test } from 'vitest';
import type { Engine, TrainStep } from '$lib/engine/engine';
import { DeviceError } from '$lib/engine/errors';
import { openDevice } from '$lib/engine/gpu/device';
import { bufferUsage } from '$lib/engine/gpu/flags';
import { selfCheck } from '$lib/engine/gpu/selfCheck';
import { SharedDevice } from '$lib/engine/gpu/sharedDevice';
import { adam, drawBatch, smallModel } from './models';
import { SpiedGpu } from './spiedGpu';

const { program, state } = smallModel();
const batch = drawBatch(program, [5, 3]);
const READABLE = bufferUsage.COPY_SRC | bufferUsage.COPY_DST;

function step(number: number): TrainStep {
  const lengths = [1 + (number % 7), 7];
  return { step: number, batch: drawBatch(program, lengths, number), learning_rate: 0.01 };
}

async function openBoth(shared: SharedDevice): Promise<[Engine, Engine]> {
  const both = await Promise.all([
    shared.openEngine(program, adam),
    shared.openEngine(program, adam)
  ]);
  for (const engine of both) await engine.load(state);
  return both;
}

test('the parts of one GPU device have buffers of their own and end by themselves', async () => {
  const device = await openDevice(navigator.gpu);
  const other = device.share();
  const buffer = device.buffer('one', 4, READABLE);
  other.buffer('other', 8, READABLE);
  expect([device.bytes, other.bytes]).toEqual([4, 8]);
  other.close();
  expect([device.buffers, other.buffers]).toEqual([1, 0]);
  expect(() => other.buffer('late', 4, READABLE)).toThrow(DeviceError);
  expect((await device.read(buffer)).byteLength).toBe(4);
  await selfCheck(device);
  device.close();
  await device.device.lost;
});

test('an engine that traces, trains and goes changes no bit of another on the same device', async () => {
  const shared = new SharedDevice(navigator.gpu);
  const alone = await shared.openEngine(program, adam);
  await alone.load(state);
  const [trained, looked] = await openBoth(shared);
  for (let number = 1; number <= 12; number++) {
    const [told] = await Promise.all([
      trained.train([step(number)], number % 2 === 0),
      looked.trace(batch, { record: true }),
      number === 9 && looked.load(state)
    ]);
    if (number % 3 === 0) await looked.train([step(1), step(2)], true);
    const { metrics } = await alone.train([step(number)], false);
    expect(told.metrics).toEqual(metrics);
  }
  looked.dispose();
  await trained.train([step(13)], false);
  await alone.train([step(13)], false);
  expect(await trained.save()).toEqual(await alone.save());
  for (const engine of [trained, alone]) engine.dispose();
});

test('one device serves all, stays when they are gone, and is opened anew when it is lost', async () => {
  const spied = new SpiedGpu();
  const shared = new SharedDevice(spied.gpu);
  const both = await openBoth(shared);
  for (const engine of both) engine.dispose();
  const third = await shared.openEngine(program, adam);
  await third.load(state);
  expect(spied.devices).toHaveLength(1);
  spied.devices[0].destroy();
  await expect(third.trace(batch)).rejects.toThrow(DeviceError);
  third.dispose();
  const [fourth, fifth] = await openBoth(shared);
  expect((await fourth.trace(batch)).values).toEqual((await fifth.trace(batch)).values);
  expect(spied.devices).toHaveLength(2);
  spied.devices[1].destroy();
});

test('a device that computes wrongly is refused to each, and given back', async () => {
  const spied = new SpiedGpu((code) => code.replace('sum / f32(T)', 'sum'));
  const shared = new SharedDevice(spied.gpu);
  for (const opened of [0, 1]) {
    const opening = shared.openEngine(program, adam);
    await expect(opening).rejects.toThrow(/self-check on .*: mean y: needs/);
    await spied.devices[opened].lost;
  }
});
