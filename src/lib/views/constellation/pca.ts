import { symmetricEigen } from './eigen';

/** Rows seen along the two directions in which they differ most. */
export interface Projection {
  /** (rows, 2) coordinates about the mean. */
  readonly points: Float64Array;
  /** (2, C) unit vectors: the directions. */
  readonly axes: Float64Array;
  /** Share of the variance along each direction. */
  readonly shares: readonly [number, number];
}

/**
 * Principal components of x (rows, C). With the `axes` of an earlier step, the new plane is turned (or flipped) within
 * itself so that the rows lie as near as can be to where the earlier axes would put them: nothing jumps.
 */
export function projectRows(x: Float64Array, C: number, earlier?: Float64Array): Projection {
  const centered = centerRows(x, C);
  const { values, vectors } = symmetricEigen(covariance(centered, C), C);
  const total = values.reduce((sum, value) => sum + Math.max(value, 0), 0);
  const plane = vectors.slice(0, 2 * C);
  const share = (k: number) => (total > 0 ? Math.max(values[k], 0) / total : 0);
  if (earlier?.length !== plane.length) {
    return { points: along(centered, plane, C), axes: plane, shares: [share(0), share(1)] };
  }
  const axes = turnAxes(plane, procrustes(along(centered, plane, C), along(centered, earlier, C)));
  const points = along(centered, axes, C);
  return { points, axes, shares: sharesOf(points, total) };
}

/**
 * The orthogonal matrix (2, 2) that brings points (n, 2), turned by it, nearest to `targets` in the least squares:
 * of the turns and the flips the one with the larger trace. Schönemann 1966, written out for the plane.
 */
export function procrustes(points: Float64Array, targets: Float64Array): Float64Array {
  const [xx, xy, yx, yy] = crossProducts(points, targets);
  const isTurn = Math.hypot(xx + yy, xy - yx) >= Math.hypot(xx - yy, xy + yx);
  const angle = isTurn ? Math.atan2(xy - yx, xx + yy) : Math.atan2(xy + yx, xx - yy);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return Float64Array.of(cos, sin, isTurn ? -sin : sin, isTurn ? cos : -cos);
}

/** pᵀ q (2, 2) of two lists of points. */
function crossProducts(p: Float64Array, q: Float64Array): [number, number, number, number] {
  const sums: [number, number, number, number] = [0, 0, 0, 0];
  for (let i = 0; i < p.length; i += 2) {
    sums[0] += p[i] * q[i];
    sums[1] += p[i] * q[i + 1];
    sums[2] += p[i + 1] * q[i];
    sums[3] += p[i + 1] * q[i + 1];
  }
  return sums;
}

/** Points p become p R: axis k becomes the sum of R[i,k] times axis i. */
function turnAxes(axes: Float64Array, R: Float64Array): Float64Array {
  const C = axes.length / 2;
  return axes.map((_, i) => {
    const k = i < C ? 0 : 1;
    return R[k] * axes[i % C] + R[2 + k] * axes[C + (i % C)];
  });
}

function sharesOf(points: Float64Array, total: number): [number, number] {
  const squares: [number, number] = [0, 0];
  points.forEach((x, i) => (squares[i % 2] += x * x));
  const rows = points.length / 2;
  return total > 0 ? [squares[0] / rows / total, squares[1] / rows / total] : [0, 0];
}

/** x (rows, C) · axesᵀ (C, 2). */
function along(x: Float64Array, axes: Float64Array, C: number): Float64Array {
  const points = new Float64Array((x.length / C) * 2);
  for (let i = 0; i < points.length; i++) {
    const row = Math.floor(i / 2) * C;
    const axis = (i % 2) * C;
    for (let j = 0; j < C; j++) points[i] += x[row + j] * axes[axis + j];
  }
  return points;
}

function centerRows(x: Float64Array, C: number): Float64Array {
  const rows = x.length / C;
  const mean = new Float64Array(C);
  x.forEach((value, i) => (mean[i % C] += value / rows));
  return x.map((value, i) => value - mean[i % C]);
}

/** (C, C) of rows about their mean. */
function covariance(x: Float64Array, C: number): Float64Array {
  const rows = x.length / C;
  const matrix = new Float64Array(C * C);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < C; i++) {
      const xi = x[r * C + i] / rows;
      for (let j = 0; j < C; j++) matrix[i * C + j] += xi * x[r * C + j];
    }
  }
  return matrix;
}
