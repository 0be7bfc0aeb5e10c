import type { Kernel } from './operation';

/** An axis of a product: its loop variable and bound. */
type Axis<D extends string> = readonly [variable: string, bound: D];

/** A matrix product to be computed: c[row, column] = Σ over a · b, each read at the axes' variables. */
export interface Product<D extends string> {
  readonly rows: Axis<D>;
  readonly columns: Axis<D>;
  readonly over: Axis<D>;
  /** Read at a row and a term of the sum: ['x', (t, i) => `t * n_in + i`]. */
  readonly a: readonly [tensor: string, at: (row: string, term: string) => string];
  /** Read at a column and a term. */
  readonly b: readonly [tensor: string, at: (column: string, term: string) => string];
  readonly c: readonly [tensor: string, at: (row: string, column: string) => string];
  /** `+=` where it is a gradient. */
  readonly store: '=' | '+=';
}

/** Rows and columns of a tile: what a thread reads serves so many sums each. */
const TILE = 4;

const lanes = ['x', 'y', 'z', 'w'] as const;

/** The kernel of a product: each thread sums a tile of 4 × 4 numbers, each sum in the order of its terms. */
export function tiledProduct<const D extends string>(product: Product<D>): Kernel<D> {
  const { rows, columns, over, a, b, c, store } = product;
  const [[row, R], [column, K], [term, N]] = [rows, columns, over];
  const four = (tensor: string, at: (place: string, term: string) => string, places: string) =>
    `vec4f(${lanes.map((lane) => `${tensor}[${at(`${places}.${lane}`, term)}]`).join(', ')})`;
  const [tensor, at] = c;
  return {
    threads: [
      [row, R, TILE],
      [column, K, TILE]
    ],
    reads: [...new Set([a[0], b[0]])],
    writes: tensor,
    body: `
// Four rows by four columns; beyond the last one it is summed again, and not stored.
let rows = min(${row} + vec4u(0, 1, 2, 3), vec4u(${R} - 1));
let columns = min(${column} + vec4u(0, 1, 2, 3), vec4u(${K} - 1));
var sums = mat4x4f();
for (var ${term} = 0u; ${term} < ${N}; ${term}++) {
  let a = ${four(...a, 'rows')};
  let b = ${four(...b, 'columns')};
  sums += mat4x4f(a.x * b, a.y * b, a.z * b, a.w * b);
}
for (var r = 0u; r < min(4, ${R} - ${row}); r++) {
  for (var k = 0u; k < min(4, ${K} - ${column}); k++) {
    ${tensor}[${at(`rows[r]`, `columns[k]`)}] ${store} sums[r][k];
  }
}`
  };
}
