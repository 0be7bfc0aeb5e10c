import { describe, expect, it } from 'vitest';
import {
  decades,
  extent,
  logTicks,
  pixelColumns,
  smooth,
  stepAt,
  stepX,
  ticks
} from '../../src/lib/views/charts/curve';
import { axisDomain, axisTicks, axisValue, lossAxis } from '../../src/lib/views/charts/axis';

describe('smooth', () => {
  it('is the curve itself where the curve is level', () => {
    expect([...smooth([3, 3, 3])]).toEqual([3, 3, 3].map((x) => expect.closeTo(x, 12) as number));
  });

  it('begins at the first value, not at 0', () => {
    expect(smooth([4, 0], 0.5)[0]).toBe(4);
    expect(smooth([4, 0], 0.5)[1]).toBeCloseTo(4 / 3, 12);
  });

  it('leaves out what is not finite', () => {
    expect(smooth([2, Infinity, 2], 0.9)[2]).toBeCloseTo(2, 12);
    expect(smooth([NaN])[0]).toBeNaN();
  });
});

describe('pixelColumns', () => {
  it('keeps the peak of every pixel column', () => {
    const curve = Array.from({ length: 2000 }, (_, i) => (i === 1234 ? 99 : 1));
    const columns = pixelColumns(curve, 2000, 100);
    expect(columns.length).toBe(101);
    expect(Math.max(...columns.map(({ max }) => max))).toBe(99);
  });

  it('tells first, smallest, largest and last of a column in order', () => {
    expect(pixelColumns([5, 1, 9, 3], 4, 0.4)).toEqual([
      { x: 0, first: 5, min: 1, max: 9, last: 3 }
    ]);
  });

  it('leaves a gap where the loss is not a number', () => {
    expect(pixelColumns([1, NaN, 3], 3, 20).map(({ x }) => x)).toEqual([0, 20]);
  });
});

describe('steps on the horizontal axis', () => {
  it('puts step 1 at the left and the last step at the right', () => {
    expect(stepX(1, 1000, 400)).toBe(0);
    expect(stepX(1000, 1000, 400)).toBe(400);
    expect(stepX(1, 1, 400)).toBe(0);
  });

  it('finds the step under a place, and stays within the run', () => {
    for (const step of [1, 2, 500, 999, 1000]) {
      expect(stepAt(stepX(step, 1000, 400), 1000, 400)).toBe(step);
    }
    expect(stepAt(-5, 1000, 400)).toBe(1);
    expect(stepAt(500, 1000, 400)).toBe(1000);
  });
});

describe('ticks', () => {
  it.each([
    [0, 3.4, 4, [0, 1, 2, 3]],
    [0, 1000, 5, [0, 200, 400, 600, 800, 1000]],
    [0, 0.35, 4, [0, 0.1, 0.2, 0.3]]
  ])('from %d to %d, about %d', (from, to, count, expected) => {
    expect(ticks(from, to, count)).toEqual(expected);
  });

  it('are powers of ten on a long logarithmic axis, and closer on a short one', () => {
    expect(logTicks(1e-5, 10)).toEqual([1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10]);
    expect(logTicks(0.1, 4)).toEqual([0.1, 0.2, 0.5, 1, 2]);
  });
});

describe('axes', () => {
  it('finds the range of finite values', () => {
    expect(extent([3, NaN, -1, Infinity])).toEqual([-1, 3]);
    expect(extent([])).toBeNull();
  });

  it('takes whole decades around all curves, and one at least', () => {
    expect(decades([[0.02, 3], [0.5]])).toEqual([0.01, 10]);
    expect(decades([[1]])).toEqual([1, 10]);
    expect(decades([[]])).toEqual([1e-3, 1]);
  });

  it('keeps the loss axis still while the loss stays below ln V', () => {
    expect(lossAxis(false, 3, 0.2, 2.9)).toEqual(lossAxis(false, 3, 0.1, 3.1));
    expect(lossAxis(false, 3, 0.1, 8).to).toBeGreaterThan(8);
  });

  it('puts a log axis where the scale is linear', () => {
    const axis = { log: true, from: 0.01, to: 10 };
    expect(axisDomain(axis)).toEqual([-2, 1]);
    expect(axisValue(axis, 0)).toBe(-2);
    expect(axisTicks(axis, 3)).toEqual([0.01, 0.1, 1, 10]);
  });
});
