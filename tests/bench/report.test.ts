import { expect, test } from 'vitest';
import { reportPage } from '../../bench/charts/report';
import { decadesAround, inDigits } from '../../bench/charts/svg';
import { rowOf } from '../../bench/entries';
import type { Results } from '../../bench/results';
import { axes, type Scaling } from '../../bench/scaling';
import { sizesOf } from '../../src/lib/run/speed/workloads';

const row = (name: string, times: number[], ours = false) => ({
  ...rowOf({ workload: 'W2', name, ours }, 12, { losses: { 20: 4.6 } }),
  times
});

const results: Results = {
  ...{ date: '2026-11-21', machine: '2 cores & <more>', load: [0.1, 0.2], rounds: 3 },
  rows: [row('simd', [1, 2, 3], true), row('a peer', [30, 40, 50])],
  rates: [{ sizes: { M: 64, K: 64, N: 64 }, gflops: [40, 44, 42] }],
  costs: { W2: { tokensPerStep: 64, flopsPerStep: 42e6 } },
  bytes: { simd: 20 }
};

const scaling: Scaling = {
  ...{ date: '2026-11-21', machine: 'here', load: [0, 0], rounds: 1 },
  devices: { gpu: 'a GPU' },
  points: Object.entries(axes).flatMap(([axis, values]) =>
    values.map((value) => ({
      sizes: { ...sizesOf('W2'), [axis]: value },
      flopsPerStep: value * (axis === 'batch_size' ? 42e6 : 1e5),
      times: { simd: [value], gpu: [4], cpu: [10 * value] }
    }))
  )
};

test('tells times, ratios and shares of the machine’s rate, and needs nothing from elsewhere', () => {
  const page = reportPage(results, null);
  expect(page).toContain('20 × simd');
  expect(page).toContain('<td>42</td><td>95 %</td>');
  expect(page).toContain('2 cores &amp; &lt;more&gt;');
  expect(page).not.toMatch(/https?:|<script|<link|@import|url\(/);
});

test('draws a chart for each axis with a line for each engine, and says who overtakes whom', () => {
  const page = reportPage(null, scaling);
  expect(page.match(/<svg/g)).toHaveLength(Object.keys(axes).length);
  expect(page.match(/<polyline/g)).toHaveLength(3 * Object.keys(axes).length);
  expect(page).toMatch(/gpu (overtakes|is faster than) simd/);
});

test('axes begin and end with a power of ten, and numbers have three digits', () => {
  expect(decadesAround([0.02, 5])).toEqual([0.01, 10]);
  expect(decadesAround([1, 1])).toEqual([1, 10]);
  expect([0.012345, 12345, 4.5].map(inDigits)).toEqual(['0.0123', '12,300', '4.5']);
});
