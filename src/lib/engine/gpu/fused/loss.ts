import { MASKED } from '../../ops/causal_mask';
import type { Layout } from './layout';
import { fusedKernel, type FusedKernel } from './wgsl';

/**
 * Fuses softmax, cross_entropy and mean, forward and backward:
 * losses[t] = log Σᵢ exp(xᵢ − max x) − (x[target] − max x),  dlogits[t,i] = (probs[t,i] − [i = target]) / T.
 * One thread per row. What fills a row up gets probability 0.
 */
export function loss({ program, widths, activations }: Layout): FusedKernel {
  const { logits, probs, dlogits } = activations;
  return fusedKernel(
    'loss',
    'model',
    {
      LOGITS: logits,
      PROBS: probs,
      DLOGITS: dlogits,
      WIDTH: widths.vocab,
      V: program.config.vocab_size,
      MASKED: { float: MASKED }
    },
    `
fn logit(t: u32, i: u32) -> vec4f {
  let real = vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u) < vec4u(V);
  return select(vec4f(MASKED), act[LOGITS + t * WIDTH + i], real);
}
@main
  let t = id.x;
  if (t >= step.T) { return; }
  var highest = vec4f(MASKED);
  for (var i = 0u; i < WIDTH; i++) { highest = max(highest, logit(t, i)); }
  let max_x = max(max(highest.x, highest.y), max(highest.z, highest.w));

  var sum = vec4f();
  for (var i = 0u; i < WIDTH; i++) {
    let e = exp(logit(t, i) - max_x);
    act[PROBS + t * WIDTH + i] = e;
    sum += e;
  }
  let total = sum.x + sum.y + sum.z + sum.w;
  for (var i = 0u; i < WIDTH; i++) {
    let p = act[PROBS + t * WIDTH + i] / total;
    act[PROBS + t * WIDTH + i] = p;
    act[DLOGITS + t * WIDTH + i] = p / f32(step.T);
  }
  let goal = rows[step.row + t].y;
  let g = t * WIDTH + goal / 4u;
  act[DLOGITS + g][goal % 4u] = (act[PROBS + g][goal % 4u] - 1.0) / f32(step.T);
  losses[step.row + t] = log(total) - (act[LOGITS + g][goal % 4u] - max_x);`
  );
}
