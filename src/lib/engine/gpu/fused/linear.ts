import type { ModelConfig } from '../../program';
import { RMSNORM_EPSILON } from '../../ops/rmsnorm';
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
 * Fuses rmsnorm, linear and the activation or residual that follows: y = residual + s · x wᵀ.
 * One item per tile of 4 rows × 8 outputs; it finds the norms of its rows on the way.
 */
export function linear(product: Product, config: ModelConfig, quads: boolean): RowKernel {
  const { name, x, w, y, n_in, n_out, norm, residual, activates } = product;
  const across = itemsAcross(quads, n_out);
  const rows = range(TILE);
  const constants = {
    ...{ X: x, W: w, Y: y, N_IN: n_in },
    ...(norm && {
      SCALE: norm.scale,
      C: { float: config.n_embd },
      EPSILON: { float: RMSNORM_EPSILON }
    }),
    ...(residual !== undefined && { RESIDUAL: residual }),
    ...(activates && { ACTIVE: activates.active })
  };
  const scaled = (row: number, sum: string) => (norm ? `${sum} * s${row}` : sum);
  const kernel = fusedKernel(
    name,
    constants,
    `
  let T = steps[slot].T;
  if (item / ${across}u * ${tileRows(quads)}u >= T) { return; }
  ${findPart(quads, TILE, 'item', `${across}u`)}
  let near_x = X + near_row * N_IN;
  let far_x = X + far_row * N_IN;
  let near_w = W + 4u * near_column * N_IN;
  let far_w = W + 4u * far_column * N_IN;
  ${rows.map((r) => `var a${r} = vec4f(); var b${r} = vec4f();`).join('\n  ')}
  ${norm ? eachOwnRow(quads, (r) => `var square${r} = 0.0;`) : ''}
  for (var i = 0u; i < N_IN; i++) {
    ${bothHalves(quads, 'x', TILE / 2, 'X', (side, r) => `act[${side}_x + ${r}u * N_IN + i]`)}
    ${bothHalves(quads, 'w', 4, 'Y', (side, o) => `weights[${side}_w + ${o}u * N_IN + i]`)}
    let wa = mat4x4f(w0, w1, w2, w3);
    let wb = mat4x4f(w4, w5, w6, w7);
    ${rows.map((r) => `a${r} += x${r} * wa; b${r} += x${r} * wb;`).join('\n    ')}
    ${norm ? eachOwnRow(quads, (r) => `square${r} += dot(x${r}, x${r});`) : ''}
  }
  ${norm ? keepScales(quads) : ''}
  ${storeSums(TILE, `${n_out}u`, withinRows(quads, n_out), (row, sum, place) => store(scaled(row, sum), place, product, config))}`
  );
  return { ...kernel, rows: tileRows(quads), perTile: across, across: [], writes: [y] };
}

/** Scales `s0`, `s1` … of the norms of an item's rows; the first items across keep them. */
function keepScales(quads: boolean): string {
  const half = TILE / 2;
  const scale = (side: Side, r: number) =>
    `1.0 / sqrt(square${side === 'near' ? r : half + r} / C + EPSILON)`;
  return `${bothHalves(quads, 's', half, 'X', scale)}
  if (column == 0u && row < T) { act[SCALE + row / 4u] = vec4f(s0, s1, s2, s3); }`;
}

/** Stores a vec4 of y. */
function store(
  sum: string,
  place: string,
  { residual, activates }: Product,
  { activation }: ModelConfig
): string {
  if (residual !== undefined) return `act[Y + ${place}] = act[RESIDUAL + ${place}] + ${sum};`;
  if (!activates) return `act[Y + ${place}] = ${sum};`;
  const hidden = `max(vec4f(), ${sum})`;
  const active = activation === 'relu2' ? ` act[ACTIVE + ${place}] = ${hidden} * ${hidden};` : '';
  return `act[Y + ${place}] = ${hidden};${active}`;
}
