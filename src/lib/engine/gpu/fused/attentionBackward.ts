import { TILE } from './activationLayout';
import {
  again,
  attentionConstants,
  eachOfHead,
  FIND_ROW,
  headValue,
  key,
  mixed,
  perHead,
  query,
  value
} from './attention';
import { fourRows, numberFourRows, readFourRows } from './fourRows';
import type { Layout } from './layout';
import { fusedKernel, row, type RowKernel } from './wgsl';

/**
 * Fuses the gradients of attention_mix, softmax, causal_mask and attention_scores up to the queries. With the attention
 * weights a[t,s] = exp(score − lse), da[t,s] = Σⱼ dmix[t,j] · v[s,j] and dsum[t] = Σⱼ dmix[t,j] · mix[t,j], which is
 * softmax's Σₛ da[t,s] · a[t,s], dscores[t,s] = a[t,s] · (da[t,s] − dsum[t]). dq is multiplied by the scale of the norm
 * before the query, which makes it the gradient of the product. One item per row and head, over the positions up to its
 * own, four at a time.
 */
export function attentionBackward(layout: Layout, l: number, quads: boolean): RowKernel {
  const constants = backwardConstants(layout, l);
  const { QKV, DSUM, DQKV, H, HEAD } = constants;
  const readKey = (j: string) => readFourRows(quads, [headValue('k', key, j)]);
  const readValue = (j: string) => readFourRows(quads, [headValue('v', value, j)]);
  const kernel = fusedKernel(
    `layer${l}.attention backward`,
    constants,
    `${FIND_ROW}
  let start = ${row('t', 'start')};
  let lse = ${perHead('LSE', 't')};
  var q: array<vec4f, ${HEAD}>;
  var d: array<vec4f, ${HEAD}>;
  var dq: array<vec4f, ${HEAD}>;
  var dsum = 0.0;
  ${eachOfHead(
    HEAD,
    (j) => `q[${j}] = act[${query('t')} + ${j}];
    d[${j}] = act[DMIX + ${mixed('t')} + ${j}];
    dsum += dot(d[${j}], act[MIX + ${mixed('t')} + ${j}]);`
  )}
  for (var s = ${quads ? row('first', 'start') : 'start'}; s <= ${quads ? `(first + ${TILE - 1}u)` : 't'}; s += 4u) {
    ${numberFourRows(quads, 's')}
    var dots = vec4f();
    var da = vec4f();
    ${eachOfHead(
      HEAD,
      (j) => `${readKey(j)}
    ${readValue(j)}
    dots += q[${j}] * ${fourRows(`k${j}`, 'mat4x4f')};
    da += d[${j}] * ${fourRows(`v${j}`, 'mat4x4f')};`
    )}
    let seen = (rows >= vec4u(start)) & (rows <= vec4u(t));
    let a = select(vec4f(), exp(SCALE * dots - lse), seen);
    let dscore = SCALE * a * (da - dsum);
    ${eachOfHead(HEAD, (j) => `${again(HEAD, readKey(j))} dq[${j}] += ${fourRows(`k${j}`, 'mat4x4f')} * dscore;`)}
  }
  if (mine < T) {
    ${perHead('DSUM', 't')} = dsum;
    let norm = act[NORM + t / 4u][t % 4u];
    ${eachOfHead(HEAD, (j) => `act[DQKV - QKV + ${query('t')} + ${j}] = norm * dq[${j}];`)}
  }`
  );
  return { ...kernel, rows: TILE, perTile: TILE * H, across: [QKV], writes: [DSUM, DQKV] };
}

/**
 * The same up to the keys and values: dk[r] = Σₜ dscores[t,r] · q[t], dv[r] = Σₜ a[t,r] · dmix[t].
 * One item per row and head, over the positions from its own to the end of the document, four at a time.
 */
export function attentionBackwardKeys(layout: Layout, l: number, quads: boolean): RowKernel {
  const constants = backwardConstants(layout, l);
  const { QKV, LSE, DSUM, DMIX, DQKV, H, HEAD } = constants;
  const end = (t: string) => `${row(t, 'start')} + ${row(t, 'length')}`;
  const read = (j: string) =>
    readFourRows(quads, [headValue('q', query, j), headValue('d', (t) => `DMIX + ${mixed(t)}`, j)]);
  const kernel = fusedKernel(
    `layer${l}.attention backward, keys`,
    constants,
    `${FIND_ROW}
  let end = ${end('t')};
  var k: array<vec4f, ${HEAD}>;
  var v: array<vec4f, ${HEAD}>;
  var dk: array<vec4f, ${HEAD}>;
  var dv: array<vec4f, ${HEAD}>;
  ${eachOfHead(
    HEAD,
    (j) => `k[${j}] = act[${key('t')} + ${j}];
    v[${j}] = act[${value('t')} + ${j}];`
  )}
  let last = min(first + ${TILE - 1}u, T - 1u);
  let to = ${quads ? end('last') : 'end'};
  for (var s = first; s < to; s += 4u) {
    ${numberFourRows(quads, 's')}
    ${readFourRows(quads, [
      ['lse', (t) => perHead('LSE', t)],
      ['dsum', (t) => perHead('DSUM', t)]
    ])}
    var dots = vec4f();
    var da = vec4f();
    ${eachOfHead(
      HEAD,
      (j) => `${read(j)}
    dots += k[${j}] * ${fourRows(`q${j}`, 'mat4x4f')};
    da += v[${j}] * ${fourRows(`d${j}`, 'mat4x4f')};`
    )}
    let seen = (rows >= vec4u(t)) & (rows < vec4u(end));
    let a = select(vec4f(), exp(SCALE * dots - ${fourRows('lse', 'vec4f')}), seen);
    let dscore = SCALE * a * (da - ${fourRows('dsum', 'vec4f')});
    ${eachOfHead(
      HEAD,
      (j) => `${again(HEAD, read(j))}
    dk[${j}] += ${fourRows(`q${j}`, 'mat4x4f')} * dscore;
    dv[${j}] += ${fourRows(`d${j}`, 'mat4x4f')} * a;`
    )}
  }
  if (mine < T) {
    let norm = act[NORM + t / 4u][t % 4u];
    ${eachOfHead(
      HEAD,
      (j) => `act[DQKV - QKV + ${key('t')} + ${j}] = norm * dk[${j}];
    act[DQKV - QKV + ${value('t')} + ${j}] = norm * dv[${j}];`
    )}
  }`
  );
  const across = [QKV, LSE, DSUM, DMIX];
  return { ...kernel, rows: TILE, perTile: TILE * H, across, writes: [DQKV] };
}

function backwardConstants(layout: Layout, l: number) {
  const { dmix, dsum, dqkv, attn_scale } = layout.activations.layers[l];
  return {
    ...attentionConstants(layout, l),
    DMIX: dmix,
    DQKV: dqkv,
    NORM: attn_scale,
    DSUM: dsum
  };
}
