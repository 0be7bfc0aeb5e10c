import { MASKED } from '../../ops/causal_mask';
import { TILE } from './activationLayout';
import type { Layout } from './layout';
import { fusedKernel, row, type RowKernel } from './wgsl';

/** Four logits of row t; MASKED where the row is filled up. */
const LOGIT = `select(
    vec4f(MASKED), act[LOGITS + t * WIDTH + i], vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u) < vec4u(V))`;

/**
 * Fuses softmax, cross_entropy and mean, forward and backward:
 * losses[t] = log Σᵢ exp(xᵢ − max x) − (x[target] − max x),  dlogits[t,i] = (probs[t,i] − [i = target]) / T.
 * One item per row. What fills a row up gets probability 0.
 */
export function loss({ program, widths, activations }: Layout): RowKernel {
  const { logits, probs, dlogits } = activations;
  const kernel = fusedKernel(
    'loss',
    {
      LOGITS: logits,
      PROBS: probs,
      DLOGITS: dlogits,
      WIDTH: widths.vocab,
      V: program.config.vocab_size,
      MASKED: { float: MASKED }
    },
    `
  let t = item;
  let T = steps[slot].T;
  if (t >= T) { return; }
  var highest = vec4f(MASKED);
  for (var i = 0u; i < WIDTH; i++) { highest = max(highest, ${LOGIT}); }
  let max_x = max(max(highest.x, highest.y), max(highest.z, highest.w));

  var sum = vec4f();
  for (var i = 0u; i < WIDTH; i++) {
    let e = exp(${LOGIT} - max_x);
    act[PROBS + t * WIDTH + i] = e;
    sum += e;
  }
  let total = sum.x + sum.y + sum.z + sum.w;
  for (var i = 0u; i < WIDTH; i++) {
    let p = act[PROBS + t * WIDTH + i] / total;
    act[PROBS + t * WIDTH + i] = p;
    act[DLOGITS + t * WIDTH + i] = p / f32(T);
  }
  let goal = ${row('t', 'target')};
  let g = t * WIDTH + goal / 4u;
  act[DLOGITS + g][goal % 4u] = (act[PROBS + g][goal % 4u] - 1.0) / f32(T);
  let loss = log(total) - (act[LOGITS + g][goal % 4u] - max_x);
  readings[steps[slot].readings + t] = vec2f(loss, 0.0);`
  );
  return { ...kernel, rows: TILE, perTile: TILE, across: [], writes: [probs, dlogits] };
}
