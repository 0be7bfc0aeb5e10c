import { describe, expect, test } from 'vitest';
import type { Published } from '../../../src/lib/run/speed/published';
import { scalingPoints } from '../../../src/lib/run/speed/scaling';
import type { MeasuredRow, SpeedReport } from '../../../src/lib/run/speed/speedReport';
import { scalingExport, workloadExport } from '../../../src/lib/views/exports/speedExports';
import { laneAxis, laneTicks } from '../../../src/lib/views/speed/lanes';
import { reportText } from '../../../src/lib/views/speed/reportText';
import { failuresOf, groupHere, groupPublished } from '../../../src/lib/views/speed/speedRows';
import {
  crossingWords,
  crossingWordsForRun,
  doingWords,
  formatFlops,
  formatPerSecond,
  formatTime
} from '../../../src/lib/views/speed/words';
import { parseXml } from '../exports/xml';

const row = (
  id: string,
  entrant: MeasuredRow['entrant'],
  times: number[],
  rest: Partial<MeasuredRow> = {}
): MeasuredRow => ({ case: id, entrant, workers: 1, opened: 30, times, failure: null, ...rest });

const report: SpeedReport = {
  ...{ version: 1, date: '2026-11-21T09:00:00.000Z', browser: 'Chromium 156', cores: 2 },
  engines: [
    { entrant: 'simd', device: 'WASM, SIMD, f32', software: false, refusal: null },
    { entrant: 'gpu', device: 'swiftshader (software)', software: true, refusal: null },
    { entrant: 'cpu', device: null, software: false, refusal: 'loops: gone' }
  ],
  cases: [
    { id: 'W1', n_embd: 16, batch_size: 1, flopsPerStep: 150_000, tokensPerStep: 7 },
    { id: 'W3', n_embd: 64, batch_size: 32, flopsPerStep: 1.4e9, tokensPerStep: 2048 }
  ],
  rows: [
    row('W1', 'gpu', [4, 1, 2]),
    row('W1', 'simd', [0.5, 0.25, 0.75]),
    row('W3', 'simd', [50]),
    row('W3', 'crew', [25, 30], { workers: 2 }),
    row('W3', 'gpu', [], { opened: null, failure: 'WebGPU: lost' })
  ],
  isWhole: false
};

const published: Published = {
  ...{ date: '2026-11-20', machine: '2 cores, no GPU', rounds: 5 },
  tokensPerStep: { W1: 8, W2: 64, W3: 2048 },
  rows: [
    { workload: 'W1', name: 'numpy', ours: false, ms: 1, least: 0.5, most: 2, opened: null },
    { workload: 'W1', name: 'simd', ours: true, ms: 0.01, least: 0.01, most: 0.02, opened: 30 },
    { workload: 'W2', name: 'simd', ours: true, ms: 2, least: 1, most: 3, opened: 30 }
  ]
};

describe('rows of a workload', () => {
  test('of this device: medians, spread and ratio to simd, the fastest first', () => {
    const { title, rows } = groupHere(report, 'W1')!;
    expect(title).toBe('This device: 2 cores, Chromium 156, 2026-11-21');
    expect(rows).toEqual([
      {
        ...{ name: 'simd', ours: true, ms: 0.5, least: 0.25, most: 0.75, opened: 30 },
        ...{ tokensPerSecond: 14_000, ratio: 1 }
      },
      {
        ...{ name: 'gpu, software adapter', ours: true, ms: 2, least: 1, most: 4, opened: 30 },
        ...{ tokensPerSecond: 3500, ratio: 4 }
      }
    ]);
  });

  test('of a batch, with who shares it; what failed is said and has no row', () => {
    const names = groupHere(report, 'W3')!.rows.map(({ name }) => name);
    expect(names).toEqual(['simd, 2 workers', 'simd']);
    expect(failuresOf(report, 'W3')).toEqual(['gpu, software adapter: WebGPU: lost']);
    expect(failuresOf(report, 'W1')).toEqual([]);
  });

  test('there are none before anything was measured', () => {
    expect(groupHere(null, 'W1')).toBeNull();
    expect(groupHere(report, 'W2')).toBeNull();
  });

  test('published: compared within their own machine', () => {
    const { title, rows } = groupPublished(published, 'W1');
    expect(title).toBe('Published: 2 cores, no GPU, 2026-11-20');
    expect(rows.map(({ name, ratio }) => [name, ratio])).toEqual([
      ['simd', 1],
      ['numpy', 100]
    ]);
    expect(groupPublished(published, 'W3').rows).toEqual([]);
  });

  test('lie on whole decades', () => {
    const axis = laneAxis([groupHere(report, 'W1')!, groupPublished(published, 'W1')]);
    expect(axis).toEqual({ log: true, from: 0.01, to: 10 });
    expect(laneTicks(axis)).toEqual([0.01, 0.1, 1, 10]);
  });
});

describe('words', () => {
  test.each([
    [146_200, '150 kFLOP'],
    [999_999, '1 MFLOP'],
    [45.6e6, '46 MFLOP'],
    [1.44e9, '1.4 GFLOP'],
    [12, '12 FLOP']
  ])('%d operations are %s', (flops, words) => {
    expect(formatFlops(flops)).toBe(words);
  });

  test('tell times in three digits', () => {
    expect([0.01184, 1.2, 634.4, 999.7, 3127.3, null].map(formatTime)).toEqual([
      ...['0.0118', '1.20', '634', '1,000', '3,127', '—']
    ]);
  });

  test('tell rates, however low', () => {
    expect([85_856, 4.44, 0.0335].map(formatPerSecond)).toEqual(['85,856', '4.4', '0.034']);
  });

  test('tell where the GPU overtakes the CPU', () => {
    expect(crossingWords(null)).toBeNull();
    expect(crossingWords({ kind: 'cpu', from: 1e5, to: 1.4e9 })).toBe(
      'The CPU is faster at every size measured, up to 1.4 GFLOP a step.'
    );
    expect(crossingWords({ kind: 'crossing', at: 3.1e7 })).toBe(
      'The GPU is faster from about 31 MFLOP a step on, the CPU below.'
    );
    expect(crossingWords({ kind: 'mixed', gpu: [1e5, 1e7] })).toContain('100 kFLOP, 10 MFLOP');
    expect(crossingWordsForRun({ kind: 'gpu', from: 1e5, to: 1e9 }, 2e6)).toMatch(
      /The GPU is faster at every size .* This run’s step takes 2 MFLOP\.$/
    );
  });

  test('tell what is being done', () => {
    const doing = { case: 'W3', entrant: 'crew', share: 0.5 } as const;
    expect(doingWords({ ...doing, round: 2 })).toBe('W3 · simd, all cores, turn 2');
    expect(doingWords({ ...doing, round: 0 })).toContain('opening');
    expect(doingWords(null)).toContain('Looking');
  });
});

test('a report as text has every number that was measured, and says what is missing', () => {
  const lines = reportText(report).split('\n');
  expect(lines[0]).toBe('microGPT Lab, speed of one device: 2 cores, Chromium 156, 2026-11-21');
  expect(lines).toContain('Canceled before the end.');
  expect(lines.find((line) => line.startsWith('cpu (f64)'))).toMatch(/not here: loops: gone$/);
  const [head, simd] = lines.slice(lines.findIndex((line) => line.startsWith('W1 ')));
  expect(simd.split(/ {2,}/)).toEqual([
    'simd',
    '0.500',
    '0.250',
    '0.750',
    '2,000',
    '14,000',
    '30.0'
  ]);
  expect(simd).toHaveLength(head.length);
  expect(lines).toContain('gpu, software adapter: WebGPU: lost');
});

test('tables and pictures can be saved', () => {
  const tokens = ['ink-1', 'ink-3', 'line', 'accent', 'surface-1', 'curve-twin', 'curve-loss'];
  const ink = Object.fromEntries(tokens.map((token) => [token, '#123456']));
  const groups = [groupHere(report, 'W1')!, groupPublished(published, 'W1')];
  const points = scalingPoints(report);
  const line = {
    name: 'simd',
    color: 'curve-twin',
    points: [{ flops: 150_000, ms: 0.5 }]
  } as const;
  const saved = [workloadExport('W1', groups), scalingExport(report, points, [line])];
  expect(saved.map(({ table }) => [...table!().rows].length)).toEqual([4, 2]);
  for (const { table, picture } of saved) {
    const { header, rows } = table!();
    for (const cells of rows) expect(cells).toHaveLength(header.length);
    expect(parseXml(picture!(ink))[0].name).toBe('svg');
    expect(picture!(ink)).not.toMatch(/NaN|undefined/);
  }
});
