import { expect, test } from 'vitest';
import { addCounts, readCounts } from '../../scripts/testCounts';

const vitest = JSON.stringify({
  numPassedTests: 5,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 1
});
const playwright = JSON.stringify({
  stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }
});

test.each([
  ['Vitest', vitest, { passed: 5, failed: 1, skipped: 3 }],
  [
    'Playwright, where a flaky test passed in the end',
    playwright,
    { passed: 5, failed: 1, skipped: 2 }
  ],
  ['a runner that wrote nothing', undefined, { passed: 0, failed: 1, skipped: 0 }]
])('the counts of %s', (_, report, counts) => {
  expect(readCounts(report)).toEqual(counts);
});

test('counts add up', () => {
  const sum = addCounts(readCounts(vitest), readCounts(playwright));
  expect(sum).toEqual({ passed: 10, failed: 2, skipped: 5 });
});
