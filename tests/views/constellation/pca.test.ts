import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { symmetricEigen } from '$lib/views/constellation/eigen';
import { procrustes, projectRows } from '$lib/views/constellation/pca';

const real = fc.double({ min: -3, max: 3, noNaN: true });
const square = fc
  .integer({ min: 1, max: 9 })
  .chain((n) => fc.array(real, { minLength: n * n, maxLength: n * n }))
  .map((numbers) => {
    const n = Math.sqrt(numbers.length);
    const matrix = Float64Array.from(
      numbers,
      (_, i) => numbers[i] + numbers[(i % n) * n + Math.floor(i / n)]
    );
    return { n, matrix };
  });

describe('symmetricEigen', () => {
  test('A v = λ v, and vectors are orthonormal, in order, with a positive largest entry', () => {
    fc.assert(
      fc.property(square, ({ n, matrix }) => {
        const { values, vectors } = symmetricEigen(matrix, n);
        for (let k = 0; k < n; k++) {
          const v = vectors.subarray(k * n, (k + 1) * n);
          for (let i = 0; i < n; i++) {
            expect(dot(matrix.subarray(i * n, (i + 1) * n), v)).toBeCloseTo(values[k] * v[i], 9);
          }
          for (let j = 0; j <= k; j++) {
            const other = vectors.subarray(j * n, (j + 1) * n);
            expect(dot(v, other)).toBeCloseTo(j === k ? 1 : 0, 10);
          }
          if (k > 0) expect(values[k]).toBeLessThanOrEqual(values[k - 1]);
          const largest = v.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
          expect(largest).toBeGreaterThan(0);
        }
      })
    );
  });

  test('at the largest size: 64 values of a matrix whose spectrum is known', () => {
    // The second difference: 2 on the diagonal, −1 beside it.
    const n = 64;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const { values } = symmetricEigen(matrix, n);
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)), 10);
    });
  });
});

describe('projectRows', () => {
  test('rows on a plane keep their distances', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(real, real), { minLength: 3, maxLength: 20 }), (plane) => {
        const rows = Float64Array.from(plane.flatMap(([a, b]) => [a, 0.6 * b, 1, 0.8 * b]));
        const { points, shares } = projectRows(rows, 4);
        for (let i = 1; i < plane.length; i++) {
          const before = Math.hypot(plane[i][0] - plane[0][0], plane[i][1] - plane[0][1]);
          const after = Math.hypot(points[2 * i] - points[0], points[2 * i + 1] - points[1]);
          expect(after).toBeCloseTo(before, 7);
        }
        expect(shares[0] + shares[1]).toBeLessThanOrEqual(1 + 1e-9);
      })
    );
  });

  test('the first direction holds most of the variance, and the same rows give the same bits', () => {
    const rows = cloud(40, 6, 1);
    const { shares, points } = projectRows(rows, 6);
    expect(shares[0]).toBeGreaterThanOrEqual(shares[1]);
    expect(projectRows(rows, 6).points).toEqual(points);
  });

  test('with the axes of before, a small change of the rows is a small change of the picture', () => {
    // Two directions of nearly the same variance: on their own they would swap places.
    let earlier = projectRows(cloud(40, 6, 0), 6);
    for (let k = 1; k <= 20; k++) {
      const next = projectRows(cloud(40, 6, 0.02 * k), 6, earlier.axes);
      const moves = next.points.map((x, i) => Math.abs(x - earlier.points[i]));
      expect(Math.max(...moves)).toBeLessThan(0.2);
      earlier = next;
    }
  });

  test('a turn to earlier axes changes no distance, and the shares still add up', () => {
    const free = projectRows(cloud(30, 6, 0.3), 6);
    const turned = projectRows(cloud(30, 6, 0.3), 6, projectRows(cloud(30, 6, 0.9), 6).axes);
    for (let i = 0; i < 30; i++) {
      const [a, b] = [free, turned].map(({ points }) =>
        Math.hypot(points[2 * i], points[2 * i + 1])
      );
      expect(b).toBeCloseTo(a, 10);
    }
    expect(turned.shares[0] + turned.shares[1]).toBeCloseTo(free.shares[0] + free.shares[1], 10);
  });

  test('axes of another model are not used', () => {
    expect(projectRows(cloud(9, 6, 0), 6, new Float64Array(8))).toEqual(
      projectRows(cloud(9, 6, 0), 6)
    );
  });

  test('rows that do not differ lie at the origin', () => {
    const { points, shares } = projectRows(new Float64Array(12).fill(3), 4);
    expect([...points]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(shares).toEqual([0, 0]);
  });
});

describe('procrustes', () => {
  test('finds every turn and every flip, and no other orthogonal matrix comes nearer', () => {
    const angle = fc.double({ min: -3.1, max: 3.1, noNaN: true });
    const cloudOf = fc
      .array(real, { minLength: 6, maxLength: 20 })
      .map((p) => p.slice(0, p.length & ~1));
    fc.assert(
      fc.property(cloudOf, cloudOf, angle, fc.boolean(), (p, q, by, flip) => {
        const points = Float64Array.from(p);
        const targets = Float64Array.from(p, (_, i) => q[i % q.length]);
        const best = distance(apply(points, procrustes(points, targets)), targets);
        const [c, s] = [Math.cos(by), Math.sin(by)];
        const other = Float64Array.of(c, s, flip ? s : -s, flip ? -c : c);
        expect(best).toBeLessThanOrEqual(distance(apply(points, other), targets) + 1e-9);
        const back = apply(points, procrustes(points, apply(points, other)));
        expect(distance(back, apply(points, other))).toBeCloseTo(0, 6);
      })
    );
  });
});

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i], 0);
}

function apply(points: Float64Array, R: Float64Array): Float64Array {
  return points.map((_, i) => {
    const row = i & ~1;
    return points[row] * R[i % 2] + points[row + 1] * R[2 + (i % 2)];
  });
}

function distance(a: Float64Array, b: Float64Array): number {
  return Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0));
}

/** Rows that turn slowly with `phase`; the two largest variances change places on the way. */
function cloud(rows: number, C: number, phase: number): Float64Array {
  return Float64Array.from({ length: rows * C }, (_, i) => {
    const [r, j] = [Math.floor(i / C), i % C];
    const size = j === 0 ? 2 - phase : j === 1 ? 1 + phase : 0.3 / j;
    return size * Math.sin(1.7 * r * (j + 1) + j + 0.3 * phase);
  });
}
