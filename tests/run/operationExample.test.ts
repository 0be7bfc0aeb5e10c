import { describe, expect, test } from 'vitest';
import { operations } from '$lib/engine/ops/index';
import {
  makeExample,
  openCell,
  runExample,
  unflatten,
  withNumber
} from '$lib/run/operationExample';

describe.each(Object.values(operations))('$name', (operation) => {
  const example = makeExample(operation);
  const result = runExample(example);

  test('has numbers of two decimals, few enough to read', () => {
    for (const input of operation.inputs) {
      const numbers = [...example.case.reals[input]];
      expect(numbers.length).toBeLessThanOrEqual(40);
      expect(numbers.map((x) => Number(x.toFixed(2)))).toEqual(numbers);
    }
  });

  test('every number of y and of each gradient opens to the number there', () => {
    for (const slot of ['y', ...operation.inputs.map((input) => `d${input}`)]) {
      result[slot].forEach((value, at) => {
        const { symbolic, numeric } = openCell(example, result, slot as 'y', at);
        expect(symbolic[0]).toMatch(new RegExp(`^${slot}\\S* ${slot === 'y' ? '=' : '\\+='} `));
        const told = Number(numeric[0].split(' ').at(-1)!.replaceAll('−', '-'));
        expect(Math.abs(told - value)).toBeLessThanOrEqual(1e-3 * Math.abs(value) + 1e-12);
      });
    }
  });
});

test('a changed number changes what follows, and leaves the example as it was', () => {
  const example = makeExample(operations.mean);
  const before = runExample(example).y[0];
  const changed = withNumber(example, 'x', 0, 100);
  expect(runExample(changed).y[0]).toBeGreaterThan(10);
  expect(runExample(example).y[0]).toBe(before);
});

test('an index can be changed too', () => {
  const example = makeExample(operations.embedding);
  const { y } = runExample(withNumber(example, 'ids', 0, 1));
  expect(y[0]).toBe(example.case.reals.w[3]);
});

test('places of a row-major array', () => {
  expect(unflatten(0, [])).toEqual([]);
  expect(unflatten(23, [2, 3, 4])).toEqual([1, 2, 3]);
  expect(unflatten(5, [3, 4])).toEqual([1, 1]);
});
