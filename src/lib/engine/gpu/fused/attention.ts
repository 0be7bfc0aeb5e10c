import { MASKED } from '../../ops/causal_mask';
import { TILE } from './activationLayout';
import { fourRows, numberFourRows, readFourRows, type RowValue } from './fourRows';
import type { Layout } from './layout';
import { range } from './quads';
import { fusedKernel, row, type RowKernel } from './wgsl';

/** Constants that the kernels of a layer share. */
export function attentionConstants({ program, widths, activations }: Layout, l: number) {
  const { n_embd, n_head } = program.config;
  const { qkv, mix, lse } = activations.layers[l];
  return {
    QKV: qkv,
    MIX: mix,
    LSE: lse,
    H: n_head,
    HEAD: widths.head,
    HEADS: widths.heads,
    SCALE: { float: 1 / Math.sqrt(n_embd / n_head) }
  };
}

/** Where queries, keys, values and mixes of row t and head h begin. */
export const query = (t: string) => `(QKV + 3u * ${t} * HEADS + h * HEAD)`;
export const key = (t: string) => `(${query(t)} + HEADS)`;
export const value = (t: string) => `(${query(t)} + 2u * HEADS)`;
export const mixed = (t: string) => `(${t} * HEADS + h * HEAD)`;

/** The number of row t and head h in a tensor (T, H), a vec4 of which holds those of a tile. */
export const perHead = (tensor: string, t: string) =>
  `act[${tensor} + ${t} / ${TILE}u * H + h][${t} % ${TILE}u]`;

/** Most vec4 of a head whose code is written out: more would take long to compile. */
const WRITTEN_OUT = 4;

/** A line for each vec4 j of a head: written out, or in a loop. */
export function eachOfHead(head: number, line: (j: string) => string): string {
  if (head > WRITTEN_OUT) return `for (var j = 0u; j < HEAD; j++) {\n    ${line('j')}\n    }`;
  return range(head)
    .map((j) => line(`${j}u`))
    .join('\n    ');
}

/** Vec4 j of a head at `place` of a row, to be read of four rows. */
export function headValue(name: string, place: (row: string) => string, j: string): RowValue {
  return [`${name}${j}`, (t) => `act[${place(t)} + ${j}]`];
}

/** What `eachOfHead` has read before for each vec4, which only a loop has to read again. */
export function again(head: number, read: string): string {
  return head > WRITTEN_OUT ? read : '';
}

/** Head and row `t` of an item; four items in a row have the rows of a tile. Beyond the last row, `mine`, it is that. */
export const FIND_ROW = `
  let T = steps[slot].T;
  let lane = item % ${TILE}u;
  let h = item / ${TILE}u % H;
  let first = item / (${TILE}u * H) * ${TILE}u;
  if (first >= T) { return; }
  let mine = first + lane;
  let t = min(mine, T - 1u);`;

/**
 * Fuses attention_scores, causal_mask, softmax and attention_mix in one pass over the positions, four at a time. Of the
 * softmax it keeps the highest score so far and the sum of exponentials, and of the attention weights only `lse`, the
 * logarithm of that sum: a weight is exp(score − lse). One item per row and head.
 */
export function attention(layout: Layout, l: number, quads: boolean): RowKernel {
  const constants = { ...attentionConstants(layout, l), MASKED: { float: MASKED } };
  const { QKV, LSE, MIX, H, HEAD } = constants;
  const read = (name: string, place: (row: string) => string, j: string) =>
    readFourRows(quads, [headValue(name, place, j)]);
  const kernel = fusedKernel(
    `layer${l}.attention`,
    constants,
    `${FIND_ROW}
  let start = ${row('t', 'start')};
  var q: array<vec4f, ${HEAD}>;
  var y: array<vec4f, ${HEAD}>;
  ${eachOfHead(HEAD, (j) => `q[${j}] = act[${query('t')} + ${j}];`)}
  var highest = MASKED;
  var total = 0.0;
  for (var s = ${quads ? row('first', 'start') : 'start'}; s <= ${quads ? `(first + ${TILE - 1}u)` : 't'}; s += 4u) {
    ${numberFourRows(quads, 's')}
    var dots = vec4f();
    ${eachOfHead(HEAD, (j) => `${read('k', key, j)} dots += q[${j}] * ${fourRows(`k${j}`, 'mat4x4f')};`)}
    let seen = (rows >= vec4u(start)) & (rows <= vec4u(t));
    let score = select(vec4f(MASKED), SCALE * dots, seen);
    let higher = max(highest, max(max(score.x, score.y), max(score.z, score.w)));
    let e = select(vec4f(), exp(score - higher), seen);
    let before = exp(highest - higher);
    highest = higher;
    total = total * before + (e.x + e.y + e.z + e.w);
    ${eachOfHead(HEAD, (j) => `${read('v', value, j)} y[${j}] = y[${j}] * before + ${fourRows(`v${j}`, 'mat4x4f')} * e;`)}
  }
  if (mine < T) {
    ${perHead('LSE', 't')} = highest + log(total);
    ${eachOfHead(HEAD, (j) => `act[MIX + ${mixed('t')} + ${j}] = y[${j}] / total;`)}
  }`
  );
  return { ...kernel, rows: TILE, perTile: TILE * H, across: [QKV], writes: [LSE, MIX] };
}

/** Writes the attention weights of the first document, for who wants to see them. One item per row and head. */
export function attentionWeights(layout: Layout, l: number): RowKernel {
  const { attn_weights } = layout.activations.layers[l];
  const constants = {
    ...attentionConstants(layout, l),
    ATTN_WEIGHTS: attn_weights,
    BLOCK: layout.widths.block
  };
  const { QKV, H } = constants;
  const kernel = fusedKernel(
    `layer${l}.attention weights`,
    constants,
    `${FIND_ROW}
  if (mine >= ${row('0u', 'length')}) { return; }
  let lse = ${perHead('LSE', 't')};
  for (var s = 0u; s <= t; s += 4u) {
    ${numberFourRows(false, 's')}
    var dots = vec4f();
    for (var j = 0u; j < HEAD; j++) {
      ${readFourRows(false, [headValue('k', key, 'j')])}
      dots += act[${query('t')} + j] * ${fourRows('kj', 'mat4x4f')};
    }
    let weight = exp(SCALE * dots - lse);
    act[ATTN_WEIGHTS + (t * H + h) * BLOCK + s / 4u] = select(vec4f(), weight, rows <= vec4u(t));
  }`
  );
  return { ...kernel, rows: TILE, perTile: TILE * H, across: [QKV], writes: [attn_weights] };
}
