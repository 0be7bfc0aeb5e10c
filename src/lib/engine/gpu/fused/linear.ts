import type { ModelConfig } from '../../program';
import { RMSNORM_EPSILON } from '../../ops/rmsnorm';
import type { Product } from './products';
import { eachRow, fusedKernel, type RowKernel } from './wgsl';

/**
 * Fuses rmsnorm, linear and the activation or residual that follows: y = residual + s · x wᵀ.
 * One item per tile of 4 rows × 8 outputs; it finds the norms of its rows on the way.
 */
export function linear(product: Product, config: ModelConfig): RowKernel {
  const { name, x, w, y, n_in, n_out, norm, residual, activates } = product;
  const constants = {
    ...{ X: x, W: w, Y: y, N_IN: n_in, N_OUT: n_out },
    ...(norm && {
      SCALE: norm.scale,
      C: { float: config.n_embd },
      EPSILON: { float: RMSNORM_EPSILON }
    }),
    ...(residual !== undefined && { RESIDUAL: residual }),
    ...(activates && { ACTIVE: activates.active })
  };
  const kernel = fusedKernel(
    name,
    constants,
    `
  let o = item % (N_OUT / 2u);
  let tile = item / (N_OUT / 2u);
  if (4u * tile >= steps[slot].T) { return; }
  let x = X + 4u * tile * N_IN;
  let w = W + 8u * o * N_IN;
  ${eachRow('var a$ = vec4f(); var b$ = vec4f();')}
  ${norm ? 'var square = vec4f();' : ''}
  for (var i = 0u; i < N_IN; i++) {
    let wa = mat4x4f(
      weights[w + i], weights[w + N_IN + i], weights[w + 2u * N_IN + i], weights[w + 3u * N_IN + i]);
    let wb = mat4x4f(
      weights[w + 4u * N_IN + i], weights[w + 5u * N_IN + i],
      weights[w + 6u * N_IN + i], weights[w + 7u * N_IN + i]);
    ${eachRow('let x$ = act[x + $u * N_IN + i]; a$ += x$ * wa; b$ += x$ * wb;')}
    ${norm ? 'square += vec4f(dot(x0, x0), dot(x1, x1), dot(x2, x2), dot(x3, x3));' : ''}
  }
  ${norm ? SCALE_ROWS : ''}
  let y = 4u * tile * N_OUT + 2u * o;
  ${eachRow(store('a$', 'y + $u * N_OUT', product, config))}
  ${eachRow(store('b$', 'y + $u * N_OUT + 1u', product, config))}`
  );
  return { ...kernel, perTile: n_out / 2, across: [], writes: [y] };
}

const SCALE_ROWS = `
  let s = 1.0 / sqrt(square / C + EPSILON);
  if (o == 0u) { act[SCALE + tile] = s; }
  ${eachRow('a$ *= s[$]; b$ *= s[$];')}`;

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
