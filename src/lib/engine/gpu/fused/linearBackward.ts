import type { ModelConfig } from '../../program';
import { TILE } from './activationLayout';
import type { Product } from './products';
import {
  bothHalves,
  eachOwnRow,
  findPart,
  itemsAcross,
  range,
  storeSums,
  tileRows,
  withinRows,
  type Side
} from './quads';
import { fusedKernel, type RowKernel } from './wgsl';

/**
 * Fuses linear's gradient of x, dx = dy w, with the activation's or with the norm's and residual's before it.
 *
 * dy is the gradient of w x without the norm's scale s, which makes rmsnorm's gradient
 * dx = dresidual + dy w − s / C · x · Σₒ dy[o] · y[o]: the sum needs no second pass, because
 * Σⱼ (dy w)[j] · x[j] = Σₒ dy[o] · (w x)[o]. One item per tile of 4 rows × 8 inputs.
 */
export function linearBackward(product: Product, config: ModelConfig, quads: boolean): RowKernel {
  const { name, x, w, y, dx, dy, n_in, n_out, norm, activated } = product;
  const across = itemsAcross(quads, n_in);
  const rows = range(TILE);
  const half = TILE / 2;
  const constants = {
    ...{ W: w, DX: dx, DY: dy, N_IN: n_in, N_OUT: n_out },
    ...(norm && {
      ...{ X: x, Y: y, SCALE: norm.scale, DRESIDUAL: norm.dresidual },
      C: { float: config.n_embd }
    }),
    ...(activated && { HIDDEN: activated.hidden, SCALE: activated.scale })
  };
  const kernel = fusedKernel(
    `${name} backward`,
    constants,
    `
  let T = steps[slot].T;
  if (item / ${across}u * ${tileRows(quads)}u >= T) { return; }
  ${findPart(quads, TILE, 'item', `${across}u`)}
  let near_dy = near_row * N_OUT;
  let far_dy = far_row * N_OUT;
  ${rows.map((r) => `var a${r} = vec4f(); var b${r} = vec4f();`).join('\n  ')}
  ${norm ? eachOwnRow(quads, (r) => `var sum${r} = 0.0;`) : ''}
  var w = W;
  for (var o = 0u; o < N_OUT; o++) {
    ${bothHalves(quads, 'w', 4, 'Y', (side, o) => `weights[w + ${o}u * N_IN + ${side}_column]`)}
    w += 4u * N_IN;
    let wa = mat4x4f(w0, w1, w2, w3);
    let wb = mat4x4f(w4, w5, w6, w7);
    ${bothHalves(quads, 'dy', half, 'X', (side, r) => `act[DY + ${side}_dy + ${r}u * N_OUT + o]`)}
    ${rows.map((r) => `a${r} += wa * dy${r}; b${r} += wb * dy${r};`).join('\n    ')}
    ${norm ? eachOwnRow(quads, (r) => `sum${r} += dot(dy${r}, act[Y + ${dyPlace(half, r)} + o]);`) : ''}
  }
  ${norm || activated ? bothHalves(quads, 's', half, 'X', scale) : ''}
  ${norm ? bothHalves(quads, 'k', half, 'X', (side, r) => normShare(side === 'near' ? r : half + r)) : ''}
  ${storeSums(TILE, 'N_IN', withinRows(quads, n_in), (row, sum, place) => store(row, sum, place, product, config))}`
  );
  return { ...kernel, rows: tileRows(quads), perTile: across, across: [], writes: [dx] };
}

function dyPlace(half: number, row: number): string {
  return row < half ? `near_dy + ${row}u * N_OUT` : `far_dy + ${row - half}u * N_OUT`;
}

/** Of a row's norm. */
function scale(side: Side, row: number): string {
  return `act[SCALE + ${side}_row / 4u][${side}_row % 4u + ${row}u]`;
}

function normShare(row: number): string {
  return `s${row} * sum${row} / C`;
}

/** Stores a vec4 of dx. */
function store(
  row: number,
  sum: string,
  place: string,
  { norm, activated }: Product,
  { activation }: ModelConfig
): string {
  if (norm)
    return `act[DX + ${place}] = act[DRESIDUAL + ${place}] + ${sum} - k${row} * act[X + ${place}];`;
  if (!activated) return `act[DX + ${place}] = ${sum};`;
  const hidden = `act[HIDDEN + ${place}]`;
  const slope =
    activation === 'relu' ? `select(vec4f(), vec4f(1.0), ${hidden} > vec4f())` : `2.0 * ${hidden}`;
  return `act[DX + ${place}] = s${row} * ${sum} * ${slope};`;
}
