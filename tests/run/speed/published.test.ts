import { describe, expect, test } from 'vitest';
import { readPublished, type Published } from '../../../src/lib/run/speed/published';
import { publishedRun } from '../../../src/lib/run/speed/publishedRun';

describe('what the benchmark published', () => {
  test('is as the page reads it, with ours and others on the shorter workloads', () => {
    for (const workload of ['W1', 'W2'] as const) {
      const rows = publishedRun.rows.filter((row) => row.workload === workload);
      expect(rows.filter(({ ours }) => ours).map(({ name }) => name)).toContain('simd');
      expect(rows.filter(({ ours }) => !ours).length).toBeGreaterThan(2);
    }
    expect(publishedRun.tokensPerStep).toMatchObject({ W2: 64, W3: 2048 });
  });

  const row = { workload: 'W1', name: 'simd', ours: true, ms: 2, least: 1, most: 3, opened: null };
  const right = {
    ...{ date: '2026-11-21', machine: '2 cores', rounds: 3 },
    tokensPerStep: { W1: 7, W2: 64, W3: 2048 },
    rows: [row]
  } as Published;

  test('is refused, with what is wrong, where it is not so', () => {
    expect(readPublished(right)).toBe(right);
    const broken: readonly [unknown, string][] = [
      [undefined, 'published: needs date to be a day such as 2026-11-21, got undefined'],
      [{ ...right, date: 'today' }, 'got "today"'],
      [{ ...right, machine: '' }, 'needs machine to be words'],
      [{ ...right, rounds: 0.5 }, 'needs rounds'],
      [{ ...right, tokensPerStep: { W1: 7, W2: 64 } }, 'needs tokensPerStep.W3'],
      [{ ...right, rows: [] }, 'needs rows to be at least one'],
      [{ ...right, rows: [row, row] }, 'each name once in a workload, got "W1 simd"'],
      [{ ...right, rows: [{ ...row, workload: 'max' }] }, 'needs workload to be W1, W2, W3'],
      [{ ...right, rows: [{ ...row, ms: 4 }] }, 'times in that order, got [1,4,3]'],
      [{ ...right, rows: [{ ...row, opened: -1 }] }, 'W1 simd: opened'],
      [{ ...right, rows: [{ ...row, ours: 'yes' }] }, 'W1 simd: ours']
    ];
    for (const [value, words] of broken) expect(() => readPublished(value)).toThrow(words);
  });
});
