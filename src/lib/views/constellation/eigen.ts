/** Eigenvalues from the largest down, and their unit vectors as rows, of a symmetric matrix. */
export interface Eigen {
  readonly values: Float64Array;
  /** (n, n): row k belongs to values[k]; its entry of largest size is positive. */
  readonly vectors: Float64Array;
}

const MOST_SWEEPS = 60;

/**
 * All eigenvectors of a symmetric matrix (n, n) by cyclic Jacobi rotations: each rotation makes one pair of entries
 * outside the diagonal zero, and sweeps over all pairs end when nothing is left there. Golub & Van Loan, §8.5.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice();
  const rows = identity(n);
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a, n) > 0; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, rows, n, p, q);
  }
  return sorted(a, rows, n);
}

/** Makes a[p,q] zero by a turn in the plane of p and q, and turns the rows of vectors along. */
function rotate(a: Float64Array, rows: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q];
  const diagonal = Math.abs(a[p * n + p]) + Math.abs(a[q * n + q]);
  if (diagonal + Math.abs(apq) === diagonal) {
    a[p * n + q] = a[q * n + p] = 0;
    return;
  }
  const theta = (a[q * n + q] - a[p * n + p]) / (2 * apq);
  const tan = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cos = 1 / Math.hypot(tan, 1);
  const sin = tan * cos;
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q, cos, sin);
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k, cos, sin);
  for (let k = 0; k < n; k++) turn(rows, p * n + k, q * n + k, cos, sin);
  a[p * n + q] = a[q * n + p] = 0;
}

function turn(a: Float64Array, p: number, q: number, cos: number, sin: number): void {
  const x = a[p];
  const y = a[q];
  a[p] = cos * x - sin * y;
  a[q] = sin * x + cos * y;
}

function sorted(a: Float64Array, rows: Float64Array, n: number): Eigen {
  const order = Array.from({ length: n }, (_, k) => k).sort(
    (i, j) => a[j * n + j] - a[i * n + i] || i - j
  );
  const vectors = new Float64Array(n * n);
  order.forEach((k, to) => vectors.set(withSign(rows.slice(k * n, (k + 1) * n)), to * n));
  return { values: Float64Array.from(order, (k) => a[k * n + k]), vectors };
}

/** A vector and its opposite are both right: the entry of largest size is made positive, the first of equals. */
function withSign(vector: Float64Array): Float64Array {
  const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
  return largest < 0 ? vector.map((x) => -x) : vector;
}

function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0;
  for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) sum += Math.abs(a[p * n + q]);
  return sum;
}

function identity(n: number): Float64Array {
  const rows = new Float64Array(n * n);
  for (let k = 0; k < n; k++) rows[k * n + k] = 1;
  return rows;
}
