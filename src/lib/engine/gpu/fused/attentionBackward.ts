import { TILE } from './activationLayout';
import { attended, attentionConstants, key, mixed, query, value } from './attention';
import type { Layout } from './layout';
import { fusedKernel, row, type RowKernel } from './wgsl';

/**
 * Fuses the gradients of attention_mix, softmax, causal_mask and attention_scores up to the queries. With a the
 * attention weights, da[t,s] = Σⱼ dmix[t,j] · v[s,j] and dscores[t,s] = a[t,s] · (da[t,s] − Σⱼ dmix[t,j] · mix[t,j]):
 * the sum is softmax's Σₛ da[t,s] · a[t,s]. dq is multiplied by the scale of the norm before the query, which makes it
 * the gradient of the product. One item per row and head, over the positions up to its own, four at a time.
 */
export function attentionBackward(layout: Layout, l: number): RowKernel {
  const constants = backwardConstants(layout, l);
  const kernel = fusedKernel(
    `layer${l}.attention backward`,
    constants,
    `
  let h = item % H;
  let t = item / H;
  if (t >= steps[slot].T) { return; }
  let start = ${row('t', 'start')};
  let chunks = (t - start) / 4u + 1u;
  let q = ${query('t')};
  let a = ${attended('t')};
  let d = DMIX + ${mixed('t')};
  let scores = DSCORES + (t * H + h) * BLOCK;

  var sum = 0.0;
  for (var j = 0u; j < HEAD; j++) { sum += dot(act[d + j], act[MIX + ${mixed('t')} + j]); }
  for (var s = 0u; s < chunks; s++) {
    let r = min(vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u), vec4u(t));
    let v = vec4u(${value('r.x')}, ${value('r.y')}, ${value('r.z')}, ${value('r.w')});
    var da = vec4f();
    for (var j = 0u; j < HEAD; j++) {
      da += act[d + j] * mat4x4f(act[v.x + j], act[v.y + j], act[v.z + j], act[v.w + j]);
    }
    act[scores + s] = act[a + s] * (da - sum) * SCALE;
  }

  let norm = act[NORM + t / 4u][t % 4u];
  for (var j = 0u; j < HEAD; j++) {
    var dq = vec4f();
    for (var s = 0u; s < chunks; s++) {
      let r = min(vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u), vec4u(t));
      dq += mat4x4f(
        act[${key('r.x')} + j], act[${key('r.y')} + j], act[${key('r.z')} + j], act[${key('r.w')} + j]
      ) * act[scores + s];
    }
    act[DQKV - QKV + q + j] = norm * dq;
  }`
  );
  const { QKV, DSCORES, DQKV, H } = constants;
  return { ...kernel, rows: TILE, perTile: TILE * H, across: [QKV], writes: [DSCORES, DQKV] };
}

/**
 * The same up to the keys and values, from dscores: dk[r] = Σₜ dscores[t,r] · q[t], dv[r] = Σₜ a[t,r] · dmix[t].
 * One item per row and head, over the positions from its own to the end of the document.
 */
export function attentionBackwardKeys(layout: Layout, l: number): RowKernel {
  const constants = backwardConstants(layout, l);
  const kernel = fusedKernel(
    `layer${l}.attention backward, keys`,
    constants,
    `
  let h = item % H;
  let r = item / H;
  if (r >= steps[slot].T) { return; }
  let start = ${row('r', 'start')};
  let end = start + ${row('r', 'length')};
  let chunk = (r - start) / 4u;
  let lane = (r - start) % 4u;
  let norm = act[NORM + r / 4u][r % 4u];
  for (var j = 0u; j < HEAD; j++) {
    var dk = vec4f();
    var dv = vec4f();
    for (var t = r; t < end; t++) {
      let s = (t * H + h) * BLOCK + chunk;
      dk += act[DSCORES + s][lane] * act[${query('t')} + j];
      dv += act[ATTN_WEIGHTS + s][lane] * act[DMIX + ${mixed('t')} + j];
    }
    act[DQKV - QKV + ${key('r')} + j] = norm * dk;
    act[DQKV - QKV + ${value('r')} + j] = norm * dv;
  }`
  );
  const { QKV, ATTN_WEIGHTS, DSCORES, DMIX, DQKV, H } = constants;
  const across = [QKV, ATTN_WEIGHTS, DSCORES, DMIX];
  return { ...kernel, rows: TILE, perTile: TILE * H, across, writes: [DQKV] };
}

function backwardConstants(layout: Layout, l: number) {
  const { dmix, dscores, dqkv, attn_scale } = layout.activations.layers[l];
  return {
    ...attentionConstants(layout, l),
    DMIX: dmix,
    DQKV: dqkv,
    NORM: attn_scale,
    DSCORES: dscores
  };
}
