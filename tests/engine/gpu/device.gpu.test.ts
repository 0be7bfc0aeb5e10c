import { expect, test } from 'vitest';
import { DeviceError } from '$lib/engine/errors';
import { openDevice } from '$lib/engine/gpu/device';
import { bufferUsage } from '$lib/engine/gpu/flags';
import { compileKernel } from '$lib/engine/gpu/kernel';
import { selfCheck } from '$lib/engine/gpu/selfCheck';
import { TracedProgram } from '$lib/engine/gpu/traced';
import { operations } from '$lib/engine/ops/index';
import type { Operation } from '$lib/engine/ops/operation';
import { drawBatch, smallModel, weightsOnGpu } from './models';

const READABLE = bufferUsage.COPY_SRC | bufferUsage.COPY_DST;

/** relu's body, but for its first number. WGSL refuses a constant NaN, so that the bits come from a loop bound. */
const NOT_A_NUMBER_FIRST =
  'y[i] = select(max(0.0, x[i]), bitcast<f32>(0x7fc00000u | (N & 1u)), i == 0u);';

/** An operation whose forward kernel has another body. */
function withBody(operation: Operation, body: string): Operation {
  const { wgsl } = operation;
  return { ...operation, wgsl: { ...wgsl, forward: { ...wgsl.forward, body } } };
}

test('opens with a label and passes its self-check', async () => {
  const device = await openDevice(navigator.gpu);
  expect(device.label).toMatch(/\w/);
  expect(device.label.includes('(software)')).toBe(device.software);
  await selfCheck(device);
  device.close();
});

test('opens, works and closes 20 times', async () => {
  for (let i = 0; i < 20; i++) {
    const device = await openDevice(navigator.gpu);
    const buffer = device.buffer('twenty', 8, READABLE);
    device.device.queue.writeBuffer(buffer, 4, Float32Array.of(i));
    expect([...new Float32Array(await device.read(buffer))]).toEqual([0, i]);
    device.close();
    expect(device.buffers).toBe(0);
  }
});

test('reads ranges end to end', async () => {
  const device = await openDevice(navigator.gpu);
  const buffer = device.buffer('ramp', 16, READABLE);
  device.device.queue.writeBuffer(buffer, 0, Float32Array.of(1, 2, 3, 4));
  const ranges = [
    { buffer, offset: 8 },
    { buffer, offset: 4, size: 4 }
  ];
  expect([...new Float32Array(await device.readAll(ranges))]).toEqual([3, 4, 2]);
  device.close();
});

test('a loss rejects what runs and what comes after with a DeviceError', async () => {
  const device = await openDevice(navigator.gpu);
  const { program, state } = smallModel();
  const traced = await TracedProgram.create(device, program);
  const weights = weightsOnGpu(device, state);
  const batch = drawBatch(program, [5]);
  await traced.run(weights, batch);
  const running = traced.run(weights, batch);
  device.device.destroy();
  await expect(running).rejects.toThrow(DeviceError);
  expect(await device.lost).toBeInstanceOf(DeviceError);
  await expect(traced.run(weights, batch)).rejects.toThrow(/needs to stay open, got lost/);
  expect(() => device.buffer('late', 4, READABLE)).toThrow(DeviceError);
  await expect(device.race(new Promise(() => {}))).rejects.toThrow(DeviceError);
});

test('closing rejects what waits and is no loss', async () => {
  const device = await openDevice(navigator.gpu);
  let lost = false;
  void device.lost.then(() => (lost = true));
  const waiting = device.race(new Promise(() => {}));
  device.close();
  const closed = `WebGPU device ${device.label}: needs to be open, got closed`;
  await expect(waiting).rejects.toEqual(new DeviceError(closed));
  await device.device.lost;
  await new Promise((resolve) => setTimeout(resolve));
  expect(lost).toBe(false);
});

test('an invalid call is named and leaves the device usable', async () => {
  const device = await openDevice(navigator.gpu);
  const tooMuch = () => device.buffer('all there is', 2 ** 50, bufferUsage.STORAGE);
  await expect(device.checked('a huge buffer', tooMuch)).rejects.toThrow(/a huge buffer/);
  await selfCheck(device);
  device.close();
});

test('a read beyond the end is refused', async () => {
  const device = await openDevice(navigator.gpu);
  const buffer = device.buffer('short', 4, READABLE);
  await expect(device.read(buffer, 8)).rejects.toThrow(/needs to take a read-back, got/);
  expect(device.buffers).toBe(1);
  expect((await device.read(buffer)).byteLength).toBe(4);
  device.close();
});

test('an error that nobody waits for ends the device', async () => {
  const device = await openDevice(navigator.gpu);
  device.device.queue.writeBuffer(device.buffer('short', 4, READABLE), 4, new Uint8Array(4));
  expect(await device.lost).toBeInstanceOf(DeviceError);
  await expect(selfCheck(device)).rejects.toThrow(/needs to do as told/);
  device.close();
});

test('a kernel that does not compile is named with the message of the compiler', async () => {
  const device = await openDevice(navigator.gpu);
  const broken = withBody(operations.relu, 'y[i] = nonsense;');
  await expect(compileKernel(device, broken, broken.wgsl.forward)).rejects.toThrow(
    /relu y.*nonsense/s
  );
  await selfCheck(device);
  device.close();
});

test.each([
  ['a wrong sign', operations.add, 'y[i] = a[i] - b[i];', /self-check on .*: add y: needs \|Δ\| ≤/],
  ['one that is no number', operations.relu, NOT_A_NUMBER_FIRST, /relu y/],
  ['a last row left out', operations.softmax, 'if (r + 1 < rows) { y[r] = 0.5; }', /softmax y/]
])('the self-check catches %s', async (_, operation, body, message) => {
  const device = await openDevice(navigator.gpu);
  const checked = [operations.linear, withBody(operation, body), operations.mean];
  await expect(selfCheck(device, checked)).rejects.toThrow(message);
  device.close();
});
