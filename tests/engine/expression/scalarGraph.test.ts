import { describe, expect, test } from 'vitest';
import { explain, operandsOf, originOf } from '$lib/engine/expression/explain';
import { scalarGraph, type ScalarNode } from '$lib/engine/expression/scalarGraph';
import { keyOf, type TracedStep } from '$lib/engine/expression/tracedStep';
import { sizeOf } from '$lib/engine/measure';
import type { Address } from '$lib/engine/ops/expression';
import { operations } from '$lib/engine/ops/index';
import { Random } from '$lib/engine/random';
import { worstError } from '../closeness';
import { backward, drawCase } from '../operationCase';
import { addressesOf, unflatten } from './addresses';
import { stepOfModel, stepOfOperation } from './steps';

/** Cells of y that are drawn for each sample. */
const CELLS = 12;

const CLOSE = 1e-12;

const cases = Object.values(operations).flatMap((op) =>
  op.samples.map((sample) => ({ op, sample, title: `${op.name} ${JSON.stringify(sample.shapes)}` }))
);

/** Gradients of the leaves that are cells of a tensor, row-major; 0 where the graph has none. */
function gradientsIn(graph: readonly ScalarNode[], step: TracedStep, tensor: string): number[] {
  const shape = step.trace.shapes.get(tensor)!;
  const found = new Map(
    graph.flatMap(({ cells, gradient }) => cells.map((cell) => [keyOf(cell), gradient] as const))
  );
  return Array.from({ length: sizeOf(shape) }, (_, at) => {
    return found.get(keyOf({ tensor, aspect: 'value', index: unflatten(at, shape) })) ?? 0;
  });
}

describe.each(cases)('$title', ({ op, sample }) => {
  const drawn = drawCase(op, sample, new Random(11));
  const step = stepOfOperation(op, sample, drawn);

  test('gradients of the leaves are those of the operation', () => {
    for (const address of addressesOf(step, 'y', 'value', CELLS)) {
      const graph = scalarGraph(step, address);
      const dy = drawn.reals.dy.map((_, at) =>
        keyOf({ ...address, index: unflatten(at, step.trace.shapes.get('y')!) }) === keyOf(address)
          ? 1
          : 0
      );
      const expected = backward({ ...drawn, reals: { ...drawn.reals, dy } });
      for (const input of op.inputs) {
        const { error, index } = worstError(gradientsIn(graph, step, input), expected[input]);
        expect(error, `${keyOf(address)} → ${input}[${index}]`).toBeLessThan(CLOSE);
      }
    }
  });

  test('the last node is the number itself', () => {
    for (const address of addressesOf(step, 'y', 'value', CELLS)) {
      const root = scalarGraph(step, address).at(-1)!;
      const { stored } = explain(step, address);
      expect(Math.abs(root.value - stored)).toBeLessThanOrEqual(CLOSE * Math.abs(stored) + 1e-13);
      expect([root.cells.at(-1), root.gradient]).toEqual([address, 1]);
    }
  });
});

describe('a model of one layer, drawn whole', async () => {
  const step = await stepOfModel({ n_layer: 1 }, ['ab']);
  const loss: Address = { tensor: 'loss', aspect: 'value', index: [] };
  const graph = scalarGraph(step, loss, everythingBefore(step, loss));

  test('has the loss, and at every weight the gradient that backward found', () => {
    expect(Math.abs(graph.at(-1)!.value - step.trace.values.get('loss')![0])).toBeLessThan(CLOSE);
    for (const { name } of step.program.parameters) {
      const { error } = worstError(gradientsIn(graph, step, name), step.trace.gradients.get(name)!);
      expect(error, name).toBeLessThan(CLOSE);
    }
  });

  test('has no leaf but weights and constants, and each weight once', () => {
    const leaves = graph.filter(({ operation }) => !operation);
    expect(new Set(leaves.map(({ origin }) => origin))).toEqual(new Set(['weight', undefined]));
    const keys = leaves.flatMap(({ cells }) => cells.slice(0, 1).map(keyOf));
    expect(keys.length).toBe(new Set(keys).size);
  });

  test('lists inputs before what is made of them, one or two of each', () => {
    graph.forEach(({ operation, inputs }, at) => {
      expect(inputs.every((input) => input < at)).toBe(true);
      const pair = operation === '+' || operation === '×';
      expect(inputs.length).toBe(operation ? (pair ? 2 : 1) : 0);
    });
  });
});

describe('the graph of a probability', async () => {
  const step = await stepOfModel({ n_layer: 1 }, ['cab']);
  const address: Address = { tensor: 'probs', aspect: 'value', index: [1, 2] };

  test('is softmax in the operations of Value, with its names', () => {
    const graph = scalarGraph(step, address);
    const count = (operation?: string) => graph.filter((n) => n.operation === operation).length;
    expect([count('exp'), count('pow'), count('×')]).toEqual([7, 1, 8]);
    const max = graph.find(({ name }) => name === 'max x')!;
    expect(max.inputs).toEqual([]);
    expect(max.gradient).toBeCloseTo(0, 15);
    expect(graph.find(({ name }) => name === 'Σ exp')!.operation).toBe('+');
    expect(graph.filter(({ origin }) => origin === 'operation')).toHaveLength(7);
  });

  test('grows where a leaf is expanded', () => {
    const logit: Address = { tensor: 'logits', aspect: 'value', index: [1, 3] };
    const before = scalarGraph(step, address);
    const after = scalarGraph(step, address, [logit]);
    const find = (graph: readonly ScalarNode[]) =>
      graph.find(({ cells }) => cells.some((cell) => keyOf(cell) === 'logits[1,3]'))!;
    expect(find(before).operation).toBeUndefined();
    expect(find(after).operation).toBe('+');
    expect(find(after).gradient).toBeCloseTo(find(before).gradient, 12);
    expect(after.filter(({ origin }) => origin === 'weight')).toHaveLength(6);
  });

  test('of a gradient is drawn like any other number', () => {
    const graph = scalarGraph(step, { tensor: 'logits', aspect: 'gradient', index: [1, 2] });
    expect(graph.at(-1)!.value).toBeCloseTo(step.trace.gradients.get('logits')![9], 14);
  });
});

function everythingBefore(step: TracedStep, start: Address): Address[] {
  const seen = new Map<string, Address>();
  const ahead = [start];
  for (let address = ahead.pop(); address; address = ahead.pop()) {
    if (seen.has(keyOf(address)) || originOf(step, address) !== 'operation') continue;
    seen.set(keyOf(address), address);
    ahead.push(...operandsOf(explain(step, address)));
  }
  return [...seen.values()];
}
