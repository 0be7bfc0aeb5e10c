import type { ModelConfig } from '../../program';
import type { Product } from './products';
import { eachRow, fusedKernel, type FusedKernel } from './wgsl';

/**
 * Fuses linear's gradient of x, dx = dy w, with the activation's or with the norm's and residual's before it.
 *
 * dy is the gradient of w x without the norm's scale s, which makes rmsnorm's gradient
 * dx = dresidual + dy w − s / C · x · Σₒ dy[o] · y[o]: the sum needs no second pass, because
 * Σⱼ (dy w)[j] · x[j] = Σₒ dy[o] · (w x)[o]. One thread per tile of 4 rows × 4 inputs.
 */
export function linearBackward(product: Product, config: ModelConfig): FusedKernel {
  const { name, x, w, y, dx, dy, n_in, n_out, norm, activated } = product;
  const constants = {
    ...{ W: w, DX: dx, DY: dy, N_IN: n_in, N_OUT: n_out },
    ...(norm && {
      ...{ X: x, Y: y, SCALE: norm.scale, DRESIDUAL: norm.dresidual },
      C: { float: config.n_embd }
    }),
    ...(activated && { HIDDEN: activated.hidden, SCALE: activated.scale })
  };
  return fusedKernel(
    `${name} backward`,
    'model',
    constants,
    `
  let i = id.x % N_IN;
  let tile = id.x / N_IN;
  if (4u * tile >= step.T) { return; }
  let dy = 4u * tile * N_OUT;
  ${eachRow('var dx$ = vec4f();')}
  ${norm ? 'var sum = vec4f();' : ''}
  var w = W + i;
  for (var o = 0u; o < N_OUT; o++) {
    let w4 = mat4x4f(weights[w], weights[w + N_IN], weights[w + 2u * N_IN], weights[w + 3u * N_IN]);
    w += 4u * N_IN;
    ${eachRow('let dy$ = act[DY + dy + $u * N_OUT + o];')}
    ${eachRow('dx$ += w4 * dy$;')}
    ${norm ? eachRow('sum[$] += dot(dy$, act[Y + dy + $u * N_OUT + o]);') : ''}
  }
  let dx = 4u * tile * N_IN + i;
  ${norm || activated ? 'let s = act[SCALE + tile];' : ''}
  ${norm ? 'let k = s * sum / C;' : ''}
  ${eachRow(store(product, config))}`
  );
}

function store({ norm, activated }: Product, { activation }: ModelConfig): string {
  const place = 'dx + $u * N_IN';
  if (norm) {
    return `act[DX + ${place}] = act[DRESIDUAL + ${place}] + dx$ - k[$] * act[X + ${place}];`;
  }
  if (!activated) return `act[DX + ${place}] = dx$;`;
  const hidden = `act[HIDDEN + ${place}]`;
  const slope =
    activation === 'relu' ? `select(vec4f(), vec4f(1.0), ${hidden} > vec4f())` : `2.0 * ${hidden}`;
  return `act[DX + ${place}] = s[$] * dx$ * ${slope};`;
}
