import { MASKED } from '../../ops/causal_mask';
import { TILE } from './activationLayout';
import type { Layout } from './layout';
import { fusedKernel, row, type RowKernel } from './wgsl';

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

/** Where queries, keys, values, mixes and attention weights of row t and head h begin. */
export const query = (t: string) => `(QKV + 3u * ${t} * HEADS + h * HEAD)`;
export const key = (t: string) => `(${query(t)} + HEADS)`;
export const value = (t: string) => `(${query(t)} + 2u * HEADS)`;
export const mixed = (t: string) => `(${t} * HEADS + h * HEAD)`;
export const attended = (t: string) => `(ATTN_WEIGHTS + (${t} * H + h) * BLOCK)`;

/**
 * Fuses attention_scores, causal_mask, softmax and attention_mix, without the masked half.
 * One item per row and head, four positions at a time; past its own position an item reads that again, and gives
 * it weight 0. Weights of later positions are not written.
 */
export function attention(layout: Layout, l: number): RowKernel {
  const constants = attentionConstants(layout, l);
  const kernel = fusedKernel(
    `layer${l}.attention`,
    { ...constants, MASKED: { float: MASKED } },
    `
  let h = item % H;
  let t = item / H;
  if (t >= steps[slot].T) { return; }
  let start = ${row('t', 'start')};
  let q = ${query('t')};
  let a = ${attended('t')};
  let chunks = (t - start) / 4u + 1u;

  var highest = MASKED;
  for (var s = 0u; s < chunks; s++) {
    let r = min(vec4u(start + 4u * s) + vec4u(0u, 1u, 2u, 3u), vec4u(t));
    let k = vec4u(${key('r.x')}, ${key('r.y')}, ${key('r.z')}, ${key('r.w')});
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
        act[${value('r.x')} + j], act[${value('r.y')} + j], act[${value('r.z')} + j], act[${value('r.w')} + j]
      ) * act[a + s];
    }
    act[MIX + ${mixed('t')} + j] = y;
  }`
  );
  const { QKV, ATTN_WEIGHTS, MIX, H } = constants;
  return { ...kernel, rows: TILE, perTile: TILE * H, across: [QKV], writes: [ATTN_WEIGHTS, MIX] };
}
