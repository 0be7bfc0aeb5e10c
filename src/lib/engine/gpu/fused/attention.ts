import { MASKED } from '../../ops/causal_mask';
import type { Layout } from './layout';
import { fusedKernel, type FusedKernel } from './wgsl';

/** Constants that the forward and the backward kernel of a layer share. */
export function attentionConstants({ program, widths, activations }: Layout, l: number) {
  const { n_embd, n_head } = program.config;
  const { qkv, attn_weights, mix } = activations.layers[l];
  return {
    QKV: qkv,
    ATTN_WEIGHTS: attn_weights,
    MIX: mix,
    H: n_head,
    HEAD: widths.head,
    HEADS: widths.heads,
    BLOCK: widths.block,
    SCALE: { float: 1 / Math.sqrt(n_embd / n_head) }
  };
}

/** Rows of queries, keys, values, mixes and attention weights by row t and head h. */
export const ATTENTION_ROWS = `
fn query(t: u32, h: u32) -> u32 { return QKV + 3u * t * HEADS + h * HEAD; }
fn key(t: u32, h: u32) -> u32 { return query(t, h) + HEADS; }
fn value(t: u32, h: u32) -> u32 { return query(t, h) + 2u * HEADS; }
fn mixed(t: u32, h: u32) -> u32 { return t * HEADS + h * HEAD; }
fn attended(t: u32, h: u32) -> u32 { return ATTN_WEIGHTS + (t * H + h) * BLOCK; }
`;

/**
 * Fuses attention_scores, causal_mask, softmax and attention_mix, without the masked half.
 * One thread per row and head, four positions at a time; past its own position a thread reads that again, and gives
 * it weight 0. Weights of later positions are not written.
 */
export function attention(layout: Layout, l: number): FusedKernel {
  return fusedKernel(
    `layer${l}.attention`,
    'model',
    { ...attentionConstants(layout, l), MASKED: { float: MASKED } },
    `${ATTENTION_ROWS}@main
  let h = id.x % H;
  let t = id.x / H;
  if (t >= step.T) { return; }
  let start = rows[step.row + t].z;
  let q = query(t, h);
  let a = attended(t, h);
  let chunks = (t - start) / 4u + 1u;

  var highest = MASKED;
  for (var s = 0u; s < chunks; s++) {
    let r = min(vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u), vec4u(t));
    let k = vec4u(key(r.x, h), key(r.y, h), key(r.z, h), key(r.w, h));
    var score = vec4f();
    for (var j = 0u; j < HEAD; j++) {
      score += act[q + j] * mat4x4f(act[k.x + j], act[k.y + j], act[k.z + j], act[k.w + j]);
    }
    let past = vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u) <= vec4u(t);
    score = select(vec4f(MASKED), score * SCALE, past);
    act[a + s] = score;
    highest = max(highest, max(max(score.x, score.y), max(score.z, score.w)));
  }

  var sum = vec4f();
  for (var s = 0u; s < chunks; s++) {
    let e = exp(act[a + s] - highest);
    act[a + s] = e;
    sum += e;
  }
  let total = sum.x + sum.y + sum.z + sum.w;
  for (var s = 0u; s < chunks; s++) { act[a + s] /= total; }

  for (var j = 0u; j < HEAD; j++) {
    var y = vec4f();
    for (var s = 0u; s < chunks; s++) {
      let r = min(vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u), vec4u(t));
      y += mat4x4f(
        act[value(r.x, h) + j], act[value(r.y, h) + j], act[value(r.z, h) + j], act[value(r.w, h) + j]
      ) * act[a + s];
    }
    act[MIX + mixed(t, h) + j] = y;
  }`
  );
}
