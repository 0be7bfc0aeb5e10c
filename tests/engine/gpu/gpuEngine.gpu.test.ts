import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CpuEngine } from '$lib/engine/cpu/cpuEngine';
import type { Engine, TrainStep } from '$lib/engine/engine';
import { DeviceError } from '$lib/engine/errors';
import { GpuEngine } from '$lib/engine/gpu/gpuEngine';
import { adam, drawBatch, smallModel } from './models';
import { SpiedGpu } from './spiedGpu';
import { tooFar } from './tooFar';

const { program, state } = smallModel();
const batch = drawBatch(program, [5, 3]);

/** Training steps numbered from `first`, each with documents of its own. */
function steps(first: number, count: number): TrainStep[] {
  return Array.from({ length: count }, (_, i) => {
    const step = first + i;
    return { step, batch: drawBatch(program, [1 + (step % 7), 7], step), learning_rate: 0.01 };
  });
}

describe('the gpu engine', () => {
  let engine: Engine;
  beforeEach(async () => {
    engine = await GpuEngine.open(navigator.gpu, program, adam);
    await engine.load(state);
  });
  afterEach(() => engine.dispose());

  test('trains as the reference trains, and traces at the weights it then has', async () => {
    const cpu = new CpuEngine(program, adam);
    await cpu.load(state);
    const expected = await cpu.train(steps(1, 20), false);
    const { metrics } = await engine.train(steps(1, 20), false);
    metrics.forEach(({ step, loss }, i) => {
      expect(step).toBe(i + 1);
      expect(Math.abs(loss - expected.metrics[i].loss), `loss of step ${step}`).toBeLessThan(1e-4);
    });
    await cpu.load(await engine.save());
    const [actual, reference] = [await engine.trace(batch), await cpu.trace(batch)];
    expect(tooFar('values', actual, reference)).toEqual([]);
    expect(tooFar('gradients', actual, reference)).toEqual([]);
  });

  test('gives back the state it was given', async () => {
    expect(await engine.save()).toEqual(state);
  });

  test('trains on from a saved state, and traced or not, to the same bits', async () => {
    await engine.train(steps(1, 3), false);
    const saved = await engine.save();
    const { metrics } = await engine.train(steps(4, 3), false);
    await engine.load(saved);
    await engine.trace(batch);
    const first = await engine.train(steps(4, 1), true);
    await engine.trace(batch);
    const rest = await engine.train(steps(5, 2), false);
    expect([...first.metrics, ...rest.metrics]).toEqual(metrics);
  });
});

test.each(['lost', 'disposed'])('every call on a device that was %s rejects', async (fate) => {
  const spied = new SpiedGpu();
  const engine = await GpuEngine.open(spied.gpu, program, adam);
  await engine.load(state);
  await engine.trace(batch);
  const running = engine.train(steps(1, 2), true);
  if (fate === 'lost') spied.devices[0].destroy();
  else engine.dispose();
  await expect(running).rejects.toBeInstanceOf(DeviceError);
  for (const call of [
    () => engine.load(state),
    () => engine.save(),
    () => engine.train(steps(1, 1), false),
    () => engine.trace(batch)
  ]) {
    await expect(call()).rejects.toBeInstanceOf(DeviceError);
  }
  engine.dispose();
});

test('a GPU that computes wrongly is refused and its device given back', async () => {
  const spied = new SpiedGpu((code) => code.replace('sum / f32(T)', 'sum'));
  const opening = GpuEngine.open(spied.gpu, program, adam);
  await expect(opening).rejects.toThrow(/self-check on .*: mean y: needs/);
  await spied.devices[0].lost;
});
