import { RMSNORM_EPSILON } from '../../ops/rmsnorm';
import type { Layout } from './layout';
import { fusedKernel, type FusedKernel } from './wgsl';

/** Fuses embedding, embedding, add and rmsnorm: x = s · (wte[token] + wpe[position]). One thread per row. */
export function embed({ program, widths, weights, activations }: Layout): FusedKernel {
  return fusedKernel(
    'embed',
    'model',
    {
      WTE: weights.matrix('wte').offset,
      WPE: weights.matrix('wpe').offset,
      X: activations.x,
      SCALE: activations.scale,
      WIDTH: widths.embd,
      C: { float: program.config.n_embd },
      EPSILON: { float: RMSNORM_EPSILON }
    },
    `
  let t = id.x;
  if (t >= step.T) { return; }
  let row = rows[step.row + t];
  let token = WTE + row.x * WIDTH;
  let position = WPE + (t - row.z) * WIDTH;
  let x = X + t * WIDTH;
  var square = 0.0;
  for (var c = 0u; c < WIDTH; c++) {
    let e = weights[token + c] + weights[position + c];
    square += dot(e, e);
    act[x + c] = e;
  }
  let s = 1.0 / sqrt(square / C + EPSILON);
  for (var c = 0u; c < WIDTH; c++) { act[x + c] *= s; }
  act[SCALE + t / 4u][t % 4u] = s;`
  );
}

/**
 * Backward of `embed` up to the sum of the two rows, from the normalised x:
 * demb = s · (dx − x · Σⱼ dx[j] · x[j] / C). One thread per row.
 */
export function embedBackward({ program, widths, activations }: Layout): FusedKernel {
  const { x, dx, demb, scale } = activations;
  return fusedKernel(
    'embedBackward',
    'model',
    {
      X: x,
      DX: dx,
      DEMB: demb,
      SCALE: scale,
      WIDTH: widths.embd,
      C: { float: program.config.n_embd }
    },
    `
  let t = id.x;
  if (t >= step.T) { return; }
  let x = X + t * WIDTH;
  let dx = DX + t * WIDTH;
  var sum = 0.0;
  for (var c = 0u; c < WIDTH; c++) { sum += dot(act[dx + c], act[x + c]); }
  let s = act[SCALE + t / 4u][t % 4u];
  for (var c = 0u; c < WIDTH; c++) {
    act[DEMB + t * WIDTH + c] = s * (act[dx + c] - act[x + c] * (sum / C));
  }`
  );
}
