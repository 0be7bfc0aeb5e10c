import { RMSNORM_EPSILON } from '../../ops/rmsnorm';
import { TILE } from './activationLayout';
import type { Layout } from './layout';
import { fusedKernel, row, type RowKernel } from './wgsl';

/** Fuses embedding, embedding, add and rmsnorm: x = s · (wte[token] + wpe[position]). One item per row. */
export function embed({ program, widths, weights, activations }: Layout): RowKernel {
  const kernel = fusedKernel(
    'embed',
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
  let t = item;
  if (t >= steps[slot].T) { return; }
  let token = WTE + ${row('t', 'token')} * WIDTH;
  let position = WPE + (t - ${row('t', 'start')}) * WIDTH;
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
  return {
    ...kernel,
    rows: TILE,
    perTile: TILE,
    across: [],
    writes: [activations.x, activations.scale]
  };
}

/**
 * Backward of `embed` up to the sum of the two rows, from the normalised x:
 * demb = s · (dx − x · Σⱼ dx[j] · x[j] / C). One item per row.
 */
export function embedBackward({ program, widths, activations }: Layout): RowKernel {
  const { x, dx, demb, scale } = activations;
  const kernel = fusedKernel(
    'embed backward',
    {
      X: x,
      DX: dx,
      DEMB: demb,
      SCALE: scale,
      WIDTH: widths.embd,
      C: { float: program.config.n_embd }
    },
    `
  let t = item;
  if (t >= steps[slot].T) { return; }
  let x = X + t * WIDTH;
  let dx = DX + t * WIDTH;
  var sum = 0.0;
  for (var c = 0u; c < WIDTH; c++) { sum += dot(act[dx + c], act[x + c]); }
  let s = act[SCALE + t / 4u][t % 4u];
  for (var c = 0u; c < WIDTH; c++) {
    act[DEMB + t * WIDTH + c] = s * (act[dx + c] - act[x + c] * (sum / C));
  }`
  );
  return { ...kernel, rows: TILE, perTile: TILE, across: [], writes: [demb] };
}
