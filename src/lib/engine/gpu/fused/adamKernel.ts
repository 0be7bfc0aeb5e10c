import type { AdamConfig } from '../../adam';
import { UNIT } from './weightLayout';
import { fusedKernel, type FusedKernel } from './wgsl';

/**
 * Adam's update of every weight (../../adam.ts), its place among the weights without padding, and what norms are made
 * of: squares (slot, unit) of gradient and update. One thread per unit of UNIT vec4.
 * @param units of the padded weights
 */
export function adamKernel({ beta1, beta2, eps_adam }: AdamConfig, units: number): FusedKernel {
  return fusedKernel(
    'adam',
    'adam',
    {
      ...{ UNITS: units, UNIT },
      BETA1: { float: beta1 },
      REST1: { float: 1 - beta1 },
      BETA2: { float: beta2 },
      REST2: { float: 1 - beta2 },
      EPS_ADAM: { float: eps_adam }
    },
    `
  let unit = id.x;
  if (unit >= UNITS) { return; }
  var square = vec2f();
  for (var i = unit * UNIT; i < unit * UNIT + UNIT; i++) {
    let g = gradients[i];
    let m = BETA1 * moments[i] + REST1 * g;
    let v = BETA2 * moments[UNITS * UNIT + i] + REST2 * g * g;
    let update = step.learning_rate * (m / step.correction1) / (sqrt(v / step.correction2) + EPS_ADAM);
    let w = weights[i] - update;
    moments[i] = m;
    moments[UNITS * UNIT + i] = v;
    weights[i] = w;
    let first = table[i] / 8u;
    let count = table[i] % 8u;
    if (count > 0u) { flat[first] = w.x; }
    if (count > 1u) { flat[first + 1u] = w.y; }
    if (count > 2u) { flat[first + 2u] = w.z; }
    if (count > 3u) { flat[first + 3u] = w.w; }
    square += vec2f(dot(g, g), dot(update, update));
  }
  squares[step.slot * UNITS + unit] = square;`
  );
}
