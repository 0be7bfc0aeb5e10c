import { attentionConstants, attentionRows } from './attention';
import type { Layout } from './layout';
import { fusedKernel, type FusedKernel } from './wgsl';

/**
 * Fuses the gradients of attention_mix, softmax, causal_mask and attention_scores. With a the attention weights,
 * da[t,s] = Σⱼ dmix[t,j] · v[s,j] and dscore[t,s] = a[t,s] · (da[t,s] − Σⱼ dmix[t,j] · mix[t,j]): the sum is softmax's
 * Σₛ da[t,s] · a[t,s]. One thread per row and head for dq, and another (id.y = 1) for dk and dv.
 */
export function attentionBackward(layout: Layout, l: number): FusedKernel {
  const { dmix, dscores, dscores_key, layers } = layout.activations;
  return fusedKernel(
    `layer${l}.attention backward`,
    'model',
    {
      ...attentionConstants(layout, l),
      DMIX: dmix,
      DQKV: layers[l].dqkv,
      NORM: layers[l].attn_scale,
      DSCORES: dscores,
      DSCORES_KEY: dscores_key
    },
    `${attentionRows}
fn norm(t: u32) -> f32 { return act[NORM + t / 4u][t % 4u]; }

// Σⱼ dmix[t,j] · mix[t,j]
fn weighted(t: u32, h: u32) -> f32 {
  var sum = 0.0;
  for (var j = 0u; j < HEAD; j++) { sum += dot(act[DMIX + mixed(t, h) + j], act[MIX + mixed(t, h) + j]); }
  return sum;
}
${queries}
${keys}
@main
  let h = id.x % H;
  let t = id.x / H;
  if (t >= step.T) { return; }
  if (id.y == 0u) { queries(t, h); } else { keys(t, h); }`
  );
}

/** dq of row t: over the keys and values up to t, four at a time. */
const queries = `
fn queries(t: u32, h: u32) {
  let start = rows[step.row + t].z;
  let chunks = (t - start) / 4u + 1u;
  let scores = DSCORES + (t * H + h) * BLOCK;
  let sum = weighted(t, h);
  for (var s = 0u; s < chunks; s++) {
    let r = min(vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u), vec4u(t));
    let v = vec4u(value(r.x, h), value(r.y, h), value(r.z, h), value(r.w, h));
    var da = vec4f();
    for (var j = 0u; j < HEAD; j++) {
      da += act[DMIX + mixed(t, h) + j] * mat4x4f(act[v.x + j], act[v.y + j], act[v.z + j], act[v.w + j]);
    }
    act[scores + s] = act[attended(t, h) + s] * (da - sum) * SCALE;
  }
  for (var j = 0u; j < HEAD; j++) {
    var dq = vec4f();
    for (var s = 0u; s < chunks; s++) {
      let r = min(vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u), vec4u(t));
      dq += mat4x4f(
        act[key(r.x, h) + j], act[key(r.y, h) + j], act[key(r.z, h) + j], act[key(r.w, h) + j]
      ) * act[scores + s];
    }
    act[DQKV - QKV + query(t, h) + j] = norm(t) * dq;
  }
}`;

/** dk and dv of row r: over the queries from r to the end of the document, four at a time. */
const keys = `
// What four queries give the key s of their document; 0 past the document's end.
fn given(t: vec4u, h: u32, s: u32, end: u32, first: u32) -> vec4f {
  let a = vec4f(
    act[attended(t.x, h) + s / 4u][s % 4u], act[attended(t.y, h) + s / 4u][s % 4u],
    act[attended(t.z, h) + s / 4u][s % 4u], act[attended(t.w, h) + s / 4u][s % 4u]);
  return select(vec4f(), a, vec4u(first) + vec4u(0u, 1u, 2u, 3u) < vec4u(end));
}

fn keys(r: u32, h: u32) {
  let start = rows[step.row + r].z;
  let end = start + rows[step.row + r].w;
  let chunks = (end - r + 3u) / 4u;
  let scores = DSCORES_KEY + (r * H + h) * BLOCK;
  for (var n = 0u; n < chunks; n++) {
    let first = r + 4u * n;
    let t = min(vec4u(first) + vec4u(0u, 1u, 2u, 3u), vec4u(end - 1u));
    let d = vec4u(mixed(t.x, h), mixed(t.y, h), mixed(t.z, h), mixed(t.w, h)) + vec4u(DMIX);
    var da = vec4f();
    for (var j = 0u; j < HEAD; j++) {
      da += act[value(r, h) + j] * mat4x4f(act[d.x + j], act[d.y + j], act[d.z + j], act[d.w + j]);
    }
    let sum = vec4f(weighted(t.x, h), weighted(t.y, h), weighted(t.z, h), weighted(t.w, h));
    act[scores + n] = given(t, h, r - start, end, first) * (da - sum) * SCALE;
  }
  for (var j = 0u; j < HEAD; j++) {
    var dk = vec4f();
    var dv = vec4f();
    for (var n = 0u; n < chunks; n++) {
      let first = r + 4u * n;
      let t = min(vec4u(first) + vec4u(0u, 1u, 2u, 3u), vec4u(end - 1u));
      dk += mat4x4f(
        act[query(t.x, h) + j], act[query(t.y, h) + j], act[query(t.z, h) + j], act[query(t.w, h) + j]
      ) * act[scores + n];
      let d = vec4u(mixed(t.x, h), mixed(t.y, h), mixed(t.z, h), mixed(t.w, h)) + vec4u(DMIX + j);
      dv += mat4x4f(act[d.x], act[d.y], act[d.z], act[d.w]) * given(t, h, r - start, end, first);
    }
    act[DQKV - QKV + key(r, h) + j] = norm(r) * dk;
    act[DQKV - QKV + value(r, h) + j] = norm(r) * dv;
  }
}`;
