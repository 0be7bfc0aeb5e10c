import { constant, numbers, power, product, quotient, sum, type Expression } from './expression';
import { needShapes, operation } from './operation';

/**
 * Scaled dot products of every query with every key of its own document, head by head.
 * q, k (T, C); starts (T): the row where t's document begins; lengths (T): its number of rows;
 * → y (T, H, S) with S = block_size, where y[t,h,s] belongs to the s-th position of
 * t's document, and is 0 past its end. H = n_head, C = H · head_dim. The future is not yet masked here.
 * After microgpt's `attn_logits`. Throws ShapeError unless q and k are (T, C) and n_head divides C.
 */
export const attention_scores = operation({
  name: 'attention_scores',
  summary: 'How well each query fits each key: their dot product per head, divided by √head_dim.',
  inputs: ['q', 'k'],
  indices: ['starts', 'lengths'],
  attributes: ['n_head', 'block_size'],
  context: ['k'],
  formula: 'y[t,h,s] = Σⱼ q[t,h,j] · k[start+s,h,j] / √head_dim',
  gradient: {
    q: 'dq[t,h,j] += Σₛ dy[t,h,s] · k[start+s,h,j] / √head_dim',
    k: 'dk[r,h,j] += Σₜ dy[t,h,r−start] · q[t,h,j] / √head_dim'
  },

  shape({ q, k, starts, lengths }, { n_head, block_size }) {
    needShapes(
      q.length === 2 &&
        k.length === 2 &&
        q[1] === k[1] &&
        q[1] % n_head === 0 &&
        starts[0] === q[0] &&
        lengths[0] === q[0],
      'attention_scores',
      `q (T, C), k (·, C), starts (T) and lengths (T), C a multiple of n_head ${n_head}`,
      { q, k, starts, lengths }
    );
    const [T, C] = q;
    const dims = { T, C, H: n_head, S: block_size, head_dim: C / n_head };
    return { y: [T, n_head, block_size], dims };
  },

  forward({ q, k, starts, lengths, y }, { T, C, H, S, head_dim }) {
    const scale = 1 / Math.sqrt(head_dim);
    for (let t = 0; t < T; t++) {
      for (let h = 0; h < H; h++) {
        for (let s = 0; s < S; s++) {
          let sum = 0;
          if (s < lengths[t]) {
            const qh = t * C + h * head_dim;
            const kh = (starts[t] + s) * C + h * head_dim;
            for (let j = 0; j < head_dim; j++) sum += q[qh + j] * k[kh + j];
          }
          y[(t * H + h) * S + s] = sum * scale;
        }
      }
    }
  },

  backward({ q, k, starts, lengths, dq, dk, dy }, { T, C, H, S, head_dim }) {
    const scale = 1 / Math.sqrt(head_dim);
    for (let t = 0; t < T; t++) {
      for (let h = 0; h < H; h++) {
        for (let s = 0; s < lengths[t]; s++) {
          const d = dy[(t * H + h) * S + s] * scale;
          const qh = t * C + h * head_dim;
          const kh = (starts[t] + s) * C + h * head_dim;
          for (let j = 0; j < head_dim; j++) {
            dq[qh + j] += d * k[kh + j];
            dk[kh + j] += d * q[qh + j];
          }
        }
      }
    }
  },

  cells: {
    y: ({ q, k, starts, lengths }, { head_dim }, [t, h, s]) => {
      if (s >= lengths(t).value) return constant(0, '0', [lengths(t)]);
      const r = starts(t).value + s;
      const c = h * head_dim;
      const dot = sum('j', head_dim, (j) => product(q(t, c + j), k(r, c + j)));
      return quotient(dot, rootOf(head_dim));
    },
    dq: ({ k, starts, lengths, dy }, { head_dim }, [t, c]) => {
      const h = Math.floor(c / head_dim);
      const start = starts(t).value;
      const dot = sum('s', lengths(t).value, (s) => product(dy(t, h, s), k(start + s, c)));
      return quotient(dot, rootOf(head_dim));
    },
    dk: ({ q, starts, lengths, dy }, { head_dim }, [r, c]) => {
      const h = Math.floor(c / head_dim);
      const start = starts(r).value;
      const rows = numbers(start, start + lengths(r).value);
      const dot = sum('t', rows, (t) => product(dy(t, h, r - start), q(t, c)));
      return quotient(dot, rootOf(head_dim));
    }
  },

  wgsl: {
    forward: {
      threads: [
        ['t', 'T'],
        ['h', 'H'],
        ['s', 'S']
      ],
      reads: ['q', 'k', 'starts', 'lengths'],
      writes: 'y',
      body: `
let scale = 1.0 / sqrt(f32(head_dim));
var sum = 0.0;
if (s < u32(lengths[t])) {
  let qh = t * C + h * head_dim;
  let kh = (u32(starts[t]) + s) * C + h * head_dim;
  for (var j = 0u; j < head_dim; j++) { sum += q[qh + j] * k[kh + j]; }
}
y[(t * H + h) * S + s] = sum * scale;`
    },
    backward: {
      q: {
        threads: [
          ['t', 'T'],
          ['h', 'H'],
          ['j', 'head_dim']
        ],
        reads: ['k', 'starts', 'lengths', 'dy'],
        writes: 'dq',
        body: `
let scale = 1.0 / sqrt(f32(head_dim));
let ts = (t * H + h) * S;
let kh = u32(starts[t]) * C + h * head_dim + j;
let length = u32(lengths[t]);
var sum = 0.0;
for (var s = 0u; s < length; s++) { sum += dy[ts + s] * scale * k[kh + s * C]; }
dq[t * C + h * head_dim + j] += sum;`
      },
      k: {
        threads: [
          ['r', 'T'],
          ['h', 'H'],
          ['j', 'head_dim']
        ],
        reads: ['q', 'starts', 'lengths', 'dy'],
        writes: 'dk',
        body: `
let scale = 1.0 / sqrt(f32(head_dim));
let start = u32(starts[r]);
let end = start + u32(lengths[r]);
let s = r - start;
var sum = 0.0;
for (var t = start; t < end; t++) {
  sum += dy[(t * H + h) * S + s] * scale * q[t * C + h * head_dim + j];
}
dk[r * C + h * head_dim + j] += sum;`
      }
    }
  },

  samples: [
    {
      shapes: { q: [1, 1], k: [1, 1], starts: [1], lengths: [1] },
      attributes: { n_head: 1, block_size: 2 },
      indices: { starts: [0], lengths: [1] }
    },
    {
      shapes: { q: [5, 6], k: [5, 6], starts: [5], lengths: [5] },
      attributes: { n_head: 2, block_size: 4 },
      indices: { starts: [0, 0, 0, 3, 3], lengths: [3, 3, 3, 2, 2] }
    },
    {
      shapes: { q: [17, 24], k: [17, 24], starts: [17], lengths: [17] },
      attributes: { n_head: 3, block_size: 17 },
      indices: { starts: Array<number>(17).fill(0), lengths: Array<number>(17).fill(17) }
    }
  ]
});

/** √head_dim. */
function rootOf(head_dim: number): Expression {
  return power(constant(head_dim, 'head_dim'), 1 / 2);
}
