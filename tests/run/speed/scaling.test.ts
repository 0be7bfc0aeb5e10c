import { describe, expect, test } from 'vitest';
import { crossingOf, scalingPoints } from '../../../src/lib/run/speed/scaling';
import type { MeasuredRow } from '../../../src/lib/run/speed/speedReport';

const size = (flopsPerStep: number) => {
  return { id: `${flopsPerStep}`, n_embd: 8, batch_size: 1, flopsPerStep, tokensPerStep: 64 };
};
const point = (flops: number, simd: number | null, gpu: number | null) => {
  return { case: size(flops), simd, gpu };
};

describe('where the GPU overtakes the CPU', () => {
  test('between the sizes where the lead changes, on logarithmic axes', () => {
    const points = [point(1e6, 1, 2), point(1e8, 4, 2), point(1e9, 40, 8)];
    const crossing = crossingOf(points);
    expect(crossing?.kind).toBe('crossing');
    if (crossing?.kind === 'crossing') expect(crossing.at).toBeCloseTo(1e7, 0);
  });

  test('nowhere, where one is ahead at every size', () => {
    const sizes = [1e6, 1e7, 1e8];
    const cpu = crossingOf(sizes.map((flops) => point(flops, 1, 3)));
    const gpu = crossingOf(sizes.map((flops) => point(flops, 3, 1)));
    expect(cpu).toEqual({ kind: 'cpu', from: 1e6, to: 1e8 });
    expect(gpu).toEqual({ kind: 'gpu', from: 1e6, to: 1e8 });
  });

  test('is not one size, where the lead goes back and forth', () => {
    const points = [point(1e6, 2, 1), point(1e7, 1, 2), point(1e8, 2, 1)];
    expect(crossingOf(points)).toEqual({ kind: 'mixed', gpu: [1e6, 1e8] });
  });

  test('is not known from fewer than two sizes measured on both', () => {
    expect(crossingOf([])).toBeNull();
    expect(crossingOf([point(1e6, 1, 2), point(1e7, null, 1), point(1e8, 1, null)])).toBeNull();
  });
});

test('points are medians by size, a batch on all workers; what was not timed has none', () => {
  const row = (id: string, entrant: MeasuredRow['entrant'], ...times: number[]): MeasuredRow => {
    return { case: id, entrant, workers: 1, opened: 1, times, failure: null };
  };
  const points = scalingPoints({
    ...{ version: 1, date: '', browser: '', cores: 2, engines: [], isWhole: true },
    cases: [size(300), size(20), size(7)],
    rows: [
      row('300', 'simd', 9, 9),
      row('300', 'crew', 5, 4, 9),
      row('300', 'cpu', 1),
      row('20', 'simd', 1, 3),
      row('20', 'gpu'),
      row('7', 'gpu')
    ]
  });
  expect(points.map((each) => [each.case.id, each.simd, each.gpu])).toEqual([
    ['20', 2, null],
    ['300', 5, null]
  ]);
});
