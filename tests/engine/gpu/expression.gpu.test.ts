import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain } from '$lib/engine/expression/explain';
import { keyOf, type TracedStep } from '$lib/engine/expression/tracedStep';
import { verify } from '$lib/engine/expression/verify';
import { openDevice, type Device } from '$lib/engine/gpu/device';
import { TracedProgram } from '$lib/engine/gpu/traced';
import type { Aspect } from '$lib/engine/ops/expression';
import type { ModelConfig } from '$lib/engine/program';
import { addressesOf } from '../expression/addresses';
import { drawBatch, smallModel, weightsOnGpu } from './models';

/** Cells opened of every tensor. */
const CELLS = 40;

let device: Device;
beforeAll(async () => {
  device = await openDevice(navigator.gpu);
});
afterAll(() => device.close());

async function tracedOnGpu(config: Partial<ModelConfig>, lengths: number[]): Promise<TracedStep> {
  const { program, state } = smallModel(config);
  const traced = await TracedProgram.create(device, program);
  const weights = weightsOnGpu(device, state);
  const batch = drawBatch(program, lengths);
  const trace = await traced.run(weights, batch);
  traced.dispose();
  device.free(weights);
  return { program, batch, trace };
}

describe.each([
  ['one document', {}, [5]],
  ['three documents with relu2', { activation: 'relu2' as const }, [4, 9, 1]]
])('a step of %s, traced on the GPU', (_, config, lengths) => {
  test.each<Aspect>(['value', 'gradient'])(
    'every tensor: cells of its %s are within rounding of f64',
    async (aspect) => {
      const step = await tracedOnGpu(config, lengths);
      const far: string[] = [];
      let largest = 0;
      for (const tensor of step.trace.shapes.keys()) {
        for (const address of addressesOf(step, tensor, aspect, CELLS)) {
          const { difference, rounding } = verify(explain(step, address), 'f32');
          largest = Math.max(largest, Math.abs(difference) / rounding);
          if (!(Math.abs(difference) <= rounding)) far.push(keyOf(address));
        }
      }
      console.log(`${aspect}s reach ${(100 * largest).toFixed(0)} % of what rounding allows`);
      expect(far).toEqual([]);
      expect(largest).toBeGreaterThan(0.01);
    }
  );
});
