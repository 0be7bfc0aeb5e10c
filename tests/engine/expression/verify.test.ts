import { describe, expect, test } from 'vitest';
import { explain } from '$lib/engine/expression/explain';
import { keyOf, type TracedStep } from '$lib/engine/expression/tracedStep';
import { ulpOf, verify } from '$lib/engine/expression/verify';
import { measure, sizeOf } from '$lib/engine/measure';
import type { Address, Aspect } from '$lib/engine/ops/expression';
import type { Reals, Tensors } from '$lib/engine/ops/operation';
import { addressesOf } from './addresses';
import { stepOfModel } from './steps';

describe('a unit in the last place', () => {
  test.each([
    [1, 2 ** -52, 2 ** -23],
    [-1.5, 2 ** -52, 2 ** -23],
    [1024, 2 ** -42, 2 ** -13],
    [0.1, 2 ** -56, 2 ** -27],
    [0, 2 ** -1074, 2 ** -149]
  ])('of %d', (x, f64, f32) => {
    expect([ulpOf(x, 'f64'), ulpOf(x, 'f32')]).toEqual([f64, f32]);
  });
});

describe('a number that is wrong', async () => {
  const step = await stepOfModel({ n_layer: 1 }, ['cab']);
  const address: Address = { tensor: 'layer0.q', aspect: 'value', index: [1, 2] };
  const right = verify(explain(step, address), 'f64').stored;
  const moved = (by: number): TracedStep => {
    const q = step.trace.values.get('layer0.q')!.slice();
    q[8] += by;
    return {
      ...step,
      trace: { ...step.trace, values: new Map(step.trace.values).set('layer0.q', q) }
    };
  };

  test('differs by what it is wrong by, in ulp of the engine', () => {
    const verified = verify(explain(moved(0.25), address), 'f32');
    expect(verified).toMatchObject({ stored: right + 0.25, recomputed: right, difference: 0.25 });
    expect(verified.ulp).toBe(0.25 / ulpOf(right, 'f32'));
    expect(verified.difference).toBeGreaterThan(verified.rounding);
  });

  test('by a few units is no rounding in f64, and may be in f32', () => {
    const explanation = explain(moved(64 * ulpOf(right, 'f64')), address);
    for (const [precision, isRounding] of [
      ['f64', false],
      ['f32', true]
    ] as const) {
      const { difference, rounding } = verify(explanation, precision);
      expect(difference <= rounding, precision).toBe(isRounding);
    }
  });
});

test('numbers that are not finite are told as they are', async () => {
  const step = await stepOfModel({ n_layer: 1 }, ['cab']);
  const address: Address = { tensor: 'emb', aspect: 'value', index: [0, 0] };
  const put = (wte: number, emb: number): TracedStep => {
    const values = new Map(step.trace.values);
    values.set('tok_emb', step.trace.values.get('tok_emb')!.with(0, wte));
    values.set('emb', step.trace.values.get('emb')!.with(0, emb));
    return { ...step, trace: { ...step.trace, values } };
  };
  const infinite = verify(explain(put(Infinity, Infinity), address), 'f64');
  expect(infinite).toMatchObject({ recomputed: Infinity, difference: 0 });
  const lost = verify(explain(put(NaN, 1), address), 'f64');
  expect([lost.recomputed, lost.difference, lost.ulp]).toEqual([NaN, NaN, NaN]);
});

describe.each([
  ['relu', 1],
  ['relu2', 2]
] as const)('a step computed in f32 with %s', async (activation, n_layer) => {
  const step = inF32(await stepOfModel({ n_layer, activation }, ['cab', 'deadbeef', '']));

  test.each<Aspect>(['value', 'gradient'])('every %s is within rounding of f64', (aspect) => {
    let largest = 0;
    for (const tensor of step.trace.shapes.keys()) {
      for (const address of addressesOf(step, tensor, aspect, 40)) {
        const { difference, rounding, ulp } = verify(explain(step, address), 'f32');
        expect(Math.abs(difference), keyOf(address)).toBeLessThanOrEqual(rounding);
        if (difference !== 0) largest = Math.max(largest, ulp);
      }
    }
    // Something was rounded: the comparison is not of f64 with itself.
    expect(largest).toBeGreaterThan(0.1);
  });
});

/** The step's loops over again, with every tensor in f32. */
function inF32(step: TracedStep): TracedStep {
  const { program, batch, trace } = step;
  const { dims, shapes } = measure(program, batch.T);
  const values = new Map<string, Reals>();
  const gradients = new Map<string, Reals>();
  for (const [name, shape] of shapes) {
    values.set(name, Float32Array.from(trace.values.get(name)!));
    gradients.set(name, new Float32Array(sizeOf(shape)));
  }
  const bound = program.nodes.map(({ name, inputs, indices }) => {
    const tensors: Tensors = { y: values.get(name)!, dy: gradients.get(name)! };
    for (const [slot, input] of Object.entries(inputs)) {
      tensors[slot] = values.get(input)!;
      tensors[`d${slot}`] = gradients.get(input)!;
    }
    for (const [slot, index] of Object.entries(indices)) tensors[slot] = batch[index];
    return tensors;
  });
  program.nodes.forEach(({ operation }, n) => operation.forward(bound[n], dims[n]));
  gradients.get('loss')![0] = 1;
  program.nodes.forEach((_, n) => {
    const at = program.nodes.length - 1 - n;
    program.nodes[at].operation.backward(bound[at], dims[at]);
  });
  const inF64 = (tensors: ReadonlyMap<string, Reals>) =>
    new Map([...tensors].map(([name, numbers]) => [name, Float64Array.from(numbers)]));
  return { ...step, trace: { shapes, values: inF64(values), gradients: inF64(gradients) } };
}
