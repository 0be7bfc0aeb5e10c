import { describe, expect, test } from 'vitest';
import type { ComparisonFinding } from '$lib/run/checks/tasks';
import { comparisonRows, totalTime } from '$lib/views/checks/comparisonRows';
import { sortedBy } from '$lib/views/checks/tables';
import * as words from '$lib/views/checks/words';

test('numbers are written with all their digits, errors with two', () => {
  expect(words.formatFull(-0.1 - 0.2)).toBe('−0.30000000000000004');
  expect([0, 1.23e-7, 250, NaN, Infinity].map(words.formatError)).toEqual([
    ...['0', '1.2e−7', '2.5e2', '∞', '∞']
  ]);
  expect([0, 2.04, 1234.5, 3e7, NaN].map(words.formatUlp)).toEqual([
    ...['0.0', '2.0', '1,235', '3.0e7', '—']
  ]);
  expect([null, 0.0004567, 1.5].map(words.formatMicroseconds)).toEqual(['', '0.457', '1,500']);
});

test('rows are sorted by number or name; what has none comes last', () => {
  const rows = [{ x: 2 }, { x: null }, { x: 10 }, { x: 1 }];
  const sorted = (direction: 'ascending' | 'descending') =>
    sortedBy(rows, ({ x }) => x, direction).map(({ x }) => x);
  expect(sorted('ascending')).toEqual([1, 2, 10, null]);
  expect(sorted('descending')).toEqual([10, 2, 1, null]);
});

describe('the lines of the microscope', () => {
  const deviation = { index: 0, actual: 1, expected: 1, error: 0, allowed: 1, share: 0 };
  const tensor = (node: string, pass: 'forward' | 'backward', name: string, passes = true) =>
    ({
      type: 'tensor',
      compared: {
        ...{ node, operation: 'linear', pass, tensor: name, deviation, own: deviation },
        ...{ relative: 1e-7, ulp: 1, passes }
      }
    }) satisfies ComparisonFinding;
  const findings: ComparisonFinding[] = [
    { type: 'devices', expected: 'a', actual: 'b' },
    tensor('q', 'forward', 'q'),
    tensor('q', 'backward', 'x'),
    tensor('q', 'backward', 'w', false),
    { type: 'times', engine: 'cpu', times: [{ node: 'q', forward: 1, backward: 2 }] },
    { type: 'times', engine: 'gpu', times: [{ node: 'q', forward: 3, backward: 4 }] }
  ];

  test('name values and gradients, and tell the time of a pass once', () => {
    const rows = comparisonRows(findings);
    expect(rows.map(({ title }) => title)).toEqual(['q', 'dx', 'dw']);
    expect(rows.map(({ expectedTime }) => expectedTime)).toEqual([1, 2, null]);
    expect(rows.map(({ actualTime }) => actualTime)).toEqual([3, 4, null]);
    expect(totalTime(rows, 'actualTime', 'backward')).toBe(4);
    expect(totalTime(comparisonRows(findings.slice(0, 3)), 'actualTime', 'backward')).toBeNull();
  });

  test('are summed up in a sentence', () => {
    const rows = comparisonRows(findings);
    expect(words.describeComparison(rows)).toMatch(
      /^1 of 3 tensors are beyond tolerance; .*1.0e−7/
    );
    expect(words.describeComparison(rows.slice(0, 2))).toMatch(/^All 2 tensors are within/);
  });
});
