import type { ModelConfig } from '../../program';
import type { Product } from './products';
import { eachRow, fusedKernel, type RowKernel } from './wgsl';

/**
 * Fuses linear's gradient of x, dx = dy w, with the activation's or with the norm's and residual's before it.
 *
 * dy is the gradient of w x without the norm's scale s, which makes rmsnorm's gradient
 * dx = dresidual + dy w − s / C · x · Σₒ dy[o] · y[o]: the sum needs no second pass, because
 * Σⱼ (dy w)[j] · x[j] = Σₒ dy[o] · (w x)[o]. One item per tile of 4 rows × 8 inputs.
 */
export function linearBackward(product: Product, config: ModelConfig): RowKernel {
  const { name, x, w, y, dx, dy, n_in, n_out, norm, activated } = product;
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
  let i = item % (N_IN / 2u);
  let tile = item / (N_IN / 2u);
  if (4u * tile >= steps[slot].T) { return; }
  let dy = 4u * tile * N_OUT;
  ${eachRow('var a$ = vec4f(); var b$ = vec4f();')}
  ${norm ? 'var sum = vec4f();' : ''}
  var w = W + 2u * i;
  for (var o = 0u; o < N_OUT; o++) {
    let wa = mat4x4f(
      weights[w], weights[w + N_IN], weights[w + 2u * N_IN], weights[w + 3u * N_IN]);
    let wb = mat4x4f(
      weights[w + 1u], weights[w + N_IN + 1u], weights[w + 2u * N_IN + 1u], weights[w + 3u * N_IN + 1u]);
    w += 4u * N_IN;
    ${eachRow('let dy$ = act[DY + dy + $u * N_OUT + o]; a$ += wa * dy$; b$ += wb * dy$;')}
    ${norm ? eachRow('sum[$] += dot(dy$, act[Y + dy + $u * N_OUT + o]);') : ''}
  }
  let dx = 4u * tile * N_IN + 2u * i;
  ${norm || activated ? 'let s = act[SCALE + tile];' : ''}
  ${norm ? 'let k = s * sum / C;' : ''}
  ${eachRow(store('a$', 'dx + $u * N_IN', product, config))}
  ${eachRow(store('b$', 'dx + $u * N_IN + 1u', product, config))}`
  );
  return { ...kernel, perTile: n_in / 2, across: [], writes: [dx] };
}

/** Stores a vec4 of dx. */
function store(
  sum: string,
  place: string,
  { norm, activated }: Product,
  { activation }: ModelConfig
): string {
  if (norm)
    return `act[DX + ${place}] = act[DRESIDUAL + ${place}] + ${sum} - k[$] * act[X + ${place}];`;
  if (!activated) return `act[DX + ${place}] = ${sum};`;
  const hidden = `act[HIDDEN + ${place}]`;
  const slope =
    activation === 'relu' ? `select(vec4f(), vec4f(1.0), ${hidden} > vec4f())` : `2.0 * ${hidden}`;
  return `act[DX + ${place}] = s[$] * ${sum} * ${slope};`;
}
