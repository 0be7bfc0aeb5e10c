import { attentionConstants, ATTENTION_ROWS } from './attention';
import type { Layout } from './layout';
import { fusedKernel, type FusedKernel } from './wgsl';

/**
 * Fuses the gradients of attention_mix, softmax, causal_mask and attention_scores up to the queries. With a the
 * attention weights, da[t,s] = Σⱼ dmix[t,j] · v[s,j] and dscores[t,s] = a[t,s] · (da[t,s] − Σⱼ dmix[t,j] · mix[t,j]):
 * the sum is softmax's Σₛ da[t,s] · a[t,s]. dq is multiplied by the scale of the norm before the query, which makes it
 * the gradient of the product. One thread per row and head, over the positions up to its own, four at a time.
 */
export function attentionBackward(layout: Layout, l: number): FusedKernel {
  return fusedKernel(
    `layer${l}.attention backward`,
    'model',
    constants(layout, l),
    `${ATTENTION_ROWS}@main
  let h = id.x % H;
  let t = id.x / H;
  if (t >= step.T) { return; }
  let start = rows[step.row + t].z;
  let chunks = (t - start) / 4u + 1u;
  let q = query(t, h);
  let a = attended(t, h);
  let d = DMIX + mixed(t, h);
  let scores = DSCORES + (t * H + h) * BLOCK;

  var sum = 0.0;
  for (var j = 0u; j < HEAD; j++) { sum += dot(act[d + j], act[MIX + mixed(t, h) + j]); }
  for (var s = 0u; s < chunks; s++) {
    let r = min(vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u), vec4u(t));
    let v = vec4u(value(r.x, h), value(r.y, h), value(r.z, h), value(r.w, h));
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
        act[key(r.x, h) + j], act[key(r.y, h) + j], act[key(r.z, h) + j], act[key(r.w, h) + j]
      ) * act[scores + s];
    }
    act[DQKV - QKV + q + j] = norm * dq;
  }`
  );
}

/**
 * The same up to the keys and values, from dscores: dk[r] = Σₜ dscores[t,r] · q[t], dv[r] = Σₜ a[t,r] · dmix[t].
 * One thread per row and head, over the positions from its own to the end of the document.
 */
export function attentionBackwardKeys(layout: Layout, l: number): FusedKernel {
  return fusedKernel(
    `layer${l}.attention backward, keys`,
    'model',
    constants(layout, l),
    `${ATTENTION_ROWS}@main
  let h = id.x % H;
  let r = id.x / H;
  if (r >= step.T) { return; }
  let start = rows[step.row + r].z;
  let end = start + rows[step.row + r].w;
  let chunk = (r - start) / 4u;
  let lane = (r - start) % 4u;
  let norm = act[NORM + r / 4u][r % 4u];
  for (var j = 0u; j < HEAD; j++) {
    var dk = vec4f();
    var dv = vec4f();
    for (var t = r; t < end; t++) {
      let s = (t * H + h) * BLOCK + chunk;
      dk += act[DSCORES + s][lane] * act[query(t, h) + j];
      dv += act[ATTN_WEIGHTS + s][lane] * act[DMIX + mixed(t, h) + j];
    }
    act[DQKV - QKV + key(r, h) + j] = norm * dk;
    act[DQKV - QKV + value(r, h) + j] = norm * dv;
  }`
  );
}

function constants(layout: Layout, l: number) {
  const { dmix, dscores, layers } = layout.activations;
  return {
    ...attentionConstants(layout, l),
    DMIX: dmix,
    DQKV: layers[l].dqkv,
    NORM: layers[l].attn_scale,
    DSCORES: dscores
  };
}
