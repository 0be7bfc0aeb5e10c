import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cameraAxes, fitView } from '$lib/views/constellation/framing';
import { placeLabels, type LabelWish } from '$lib/views/constellation/labels';
import { readingOutline, readingStars, residualStars } from '$lib/views/constellation/layout';
import { arcBuffer, arcField, writeArcs } from '$lib/views/constellation/arcs';
import { noPin } from '$lib/views/constellation/emphasis';
import { nearestArc, nearestPoint, projectPoints } from '$lib/views/constellation/picking';

const unit = fc.double({ min: -1, max: 1, noNaN: true });

describe('layout', () => {
  const size = fc.record({
    T: fc.integer({ min: 1, max: 64 }),
    n_layer: fc.integer({ min: 1, max: 2 }),
    aspect: fc.double({ min: 0.4, max: 4, noNaN: true })
  });

  test('rows run in reading order, evenly and about the middle, level over level', () => {
    fc.assert(
      fc.property(size, ({ T, n_layer, aspect }) => {
        const { positions, levels, spacing } = readingStars(T, n_layer, aspect);
        expect(levels).toBe(n_layer + 1);
        for (let star = 0; star < levels * T; star++) {
          const [x, y] = positions.subarray(3 * star);
          expect(y).toBeCloseTo(-1 + (2 * Math.floor(star / T)) / n_layer, 6);
          if (star % T > 0) expect(x - positions[3 * (star - 1)]).toBeCloseTo(spacing, 4);
          expect(x).toBeCloseTo(-positions[3 * (star - (star % T) + T - 1 - (star % T))], 4);
        }
      })
    );
  });

  test('the outline holds rows of any length', () => {
    fc.assert(
      fc.property(size, ({ T, n_layer, aspect }) => {
        const outline = readingOutline(aspect);
        const X = Math.max(...outline.filter((_, i) => i % 3 === 0));
        const { positions } = readingStars(T, n_layer, aspect);
        for (let i = 0; i < positions.length; i += 3) {
          expect(Math.abs(positions[i])).toBeLessThanOrEqual(X + 1e-5);
        }
      })
    );
  });

  test('at the residual stream, distances on a level are those of the points, at one scale', () => {
    const points = Float64Array.of(0, 0, 3, 4, -1, 0, 1, 1, 2, 0, 0, -2);
    const { positions, T, levels } = residualStars(points, 3, 1);
    expect([T, levels]).toEqual([3, 2]);
    const distance = (a: number, b: number) =>
      Math.hypot(positions[3 * a] - positions[3 * b], positions[3 * a + 2] - positions[3 * b + 2]);
    expect(distance(0, 1) / distance(0, 2)).toBeCloseTo(5, 4);
    expect(distance(3, 4) / distance(0, 2)).toBeCloseTo(Math.SQRT2, 4);
  });
});

describe('framing', () => {
  const view = fc.record({
    azimuth: fc.double({ min: -3, max: 3, noNaN: true }),
    elevation: fc.double({ min: -1.4, max: 1.4, noNaN: true })
  });
  const margin = { left: 0.2, right: 0.1, top: 0.15, bottom: 0.05 };

  test('every point is inside the margins, and one touches them', () => {
    const cloud = fc.array(unit, { minLength: 9, maxLength: 60 });
    const aspect = fc.double({ min: 0.5, max: 3, noNaN: true });
    fc.assert(
      fc.property(cloud, view, aspect, (numbers, from, ratio) => {
        const points = Float32Array.from(numbers.slice(0, numbers.length - (numbers.length % 3)));
        const { right, up, back } = cameraAxes(from);
        const fit = fitView(points, from, { fov: 0.5, aspect: ratio, margin });
        const dot = (i: number, axis: readonly number[]) =>
          points[i] * axis[0] + points[i + 1] * axis[1] + points[i + 2] * axis[2];
        let least = Infinity;
        for (let i = 0; i < points.length; i += 3) {
          const high = (fit.distance - dot(i, back)) * Math.tan(0.25);
          const wide = high * ratio;
          const x = dot(i, right) - fit.right;
          const y = dot(i, up) - fit.up;
          least = Math.min(
            ...[least, x + (1 - margin.left) * wide, (1 - margin.right) * wide - x],
            ...[y + (1 - margin.bottom) * high, (1 - margin.top) * high - y]
          );
        }
        expect(Math.abs(least)).toBeLessThan(1e-5);
      })
    );
  });
});

describe('labels', () => {
  const wish = fc.record<LabelWish>({
    text: fc.constant('a'),
    x: fc.integer({ min: -20, max: 420 }),
    y: fc.integer({ min: -20, max: 220 }),
    width: fc.integer({ min: 5, max: 30 }),
    height: fc.integer({ min: 8, max: 16 }),
    gap: fc.constant(4),
    sides: fc.subarray([
      'below',
      'above',
      'left',
      'right',
      'farBelow',
      'farAbove',
      'belowLeft',
      'aboveRight'
    ]),
    rank: fc.integer({ min: 0, max: 3 })
  });
  const bounds = { width: 400, height: 200 };

  test('none overlaps another, and all are inside the picture', () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 60 }), (wishes) => {
        const placed = placeLabels(wishes, bounds);
        placed.forEach((a, i) => {
          expect(a.left >= 0 && a.left + a.wish.width <= bounds.width).toBe(true);
          expect(a.top >= 0 && a.top + a.wish.height <= bounds.height).toBe(true);
          for (const b of placed.slice(0, i)) {
            const apart =
              a.left >= b.left + b.wish.width ||
              b.left >= a.left + a.wish.width ||
              a.top >= b.top + b.wish.height ||
              b.top >= a.top + a.wish.height;
            expect(apart).toBe(true);
          }
        });
      })
    );
  });

  test('of two that want the same place, the higher rank has it, and the other steps aside', () => {
    const one: LabelWish = {
      ...{ text: 'low', x: 100, y: 100, width: 20, height: 10, gap: 4 },
      ...{ sides: ['below', 'above'], rank: 0 }
    };
    const placed = placeLabels([one, { ...one, text: 'high', rank: 1 }], bounds);
    expect(placed.map(({ wish, top }) => [wish.text, top])).toEqual([
      ['high', 104],
      ['low', 86]
    ]);
  });
});

describe('picking', () => {
  // Orthographic: the scene's −1 … 1 fills 200 × 200 pixels.
  const screen = {
    matrix: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1],
    width: 200,
    height: 200
  };

  test('points come to the pixels where they are seen, and the nearest is found', () => {
    const pixels = new Float32Array(6);
    projectPoints(Float32Array.of(0, 0, 0, 0.5, 1, 0), screen, pixels);
    expect([...pixels]).toEqual([100, 100, 1, 150, 0, 1]);
    expect(nearestPoint(pixels, 103, 99, 10)).toBe(0);
    expect(nearestPoint(pixels, 149, 3, 10)).toBe(1);
    expect(nearestPoint(pixels, 50, 50, 10)).toBeNull();
  });

  test('a point behind the camera is not found', () => {
    expect(nearestPoint(Float32Array.of(10, 10, -1), 10, 10, 5)).toBeNull();
  });

  test('any point of an arc finds its edge, and a point far from all finds none', () => {
    const stars = readingStars(4, 1, 0.6);
    const amounts = Float32Array.from({ length: 10 }, () => 0.5);
    const buffer = arcBuffer(10);
    writeArcs(
      buffer,
      stars,
      { n_layer: 1, n_head: 1, T: 4, amounts },
      {
        ...{ threshold: 0, pin: noPin, signed: false, lanes: new Float32Array(2) },
        filter: { layers: [true], heads: [true] }
      }
    );
    const arc = buffer.instances.subarray(16 * 4, 16 * 5);
    const middle = [0, 1].map((i) => (arc[i] + 3 * arc[3 + i] + 3 * arc[6 + i] + arc[9 + i]) / 8);
    const [x, y] = [100 + 100 * middle[0], 100 - 100 * middle[1]];
    expect(nearestArc(buffer, screen, x, y, 3)).toBe(arc[arcField.edge]);
    expect(nearestArc(buffer, screen, 199, 100, 3)).toBeNull();
  });
});
