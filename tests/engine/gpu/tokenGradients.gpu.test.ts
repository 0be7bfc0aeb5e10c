import { expect, test } from 'vitest';
import { tokenGradients } from '$lib/engine/attribution/tokenGradients';
import { describeDeviation, worstDeviation } from '$lib/engine/deviation';
import { flatten } from '$lib/engine/flatten';
import { GpuEngine } from '$lib/engine/gpu/gpuEngine';
import { stepTolerance } from '$lib/engine/tolerances';
import { adam, drawBatch, smallModel } from './models';

test("tokens' gradients sum to the step's on the gpu too", async () => {
  const { program, state } = smallModel();
  const batch = drawBatch(program, [4, 9, 1]);
  const engine = await GpuEngine.open(navigator.gpu, program, adam);
  await engine.load(state);
  const sum = new Float64Array(program.num_params);
  for await (const { gradient } of tokenGradients(engine, batch)) {
    for (let i = 0; i < sum.length; i++) sum[i] += gradient[i];
  }
  const whole = flatten(program, (await engine.trace(batch)).gradients);
  engine.dispose();
  const far = program.parameters.flatMap(({ name, offset, size }) => {
    const [actual, expected] = [sum, whole].map((flat) => flat.subarray(offset, offset + size));
    const largest = expected.reduce((max, g) => Math.max(max, Math.abs(g)), 0);
    const atol = largest * stepTolerance.gradients.error;
    const deviation = worstDeviation(actual, expected, { rtol: 0, atol });
    return deviation.share <= 1 ? [] : [`${name}: needs ${describeDeviation(deviation)}`];
  });
  expect(far).toEqual([]);
});
