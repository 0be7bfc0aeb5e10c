import { constant, numbers, product, sum } from './expression';
import { needShapes, operation } from './operation';

/**
 * Averages the values of a document, head by head, with attention weights.
 * a (T, H, S): weights; v (T, C); starts (T): the row where t's document begins; lengths (T): its number of rows
 * → y (T, C), heads side by side. After microgpt's `head_out`.
 * Throws ShapeError unless H divides C and the index tensors have T numbers.
 */
export const attention_mix = operation({
  name: 'attention_mix',
  summary: 'Mixes the values of the positions attended to, in proportion to the attention weights.',
  inputs: ['a', 'v'],
  indices: ['starts', 'lengths'],
  attributes: [],
  context: ['v'],
  formula: 'y[t,h,j] = Σₛ a[t,h,s] · v[start+s,h,j]',
  gradient: {
    a: 'da[t,h,s] += Σⱼ dy[t,h,j] · v[start+s,h,j]',
    v: 'dv[r,h,j] += Σₜ a[t,h,r−start] · dy[t,h,j]'
  },

  shape({ a, v, starts, lengths }) {
    needShapes(
      a.length === 3 &&
        v.length === 2 &&
        v[1] % a[1] === 0 &&
        starts[0] === a[0] &&
        lengths[0] === a[0],
      'attention_mix',
      'a (T, H, S), v (·, C) with H dividing C, starts (T) and lengths (T)',
      { a, v, starts, lengths }
    );
    const [T, H, S] = a;
    const C = v[1];
    return { y: [T, C], dims: { T, C, H, S, head_dim: C / H } };
  },

  forward({ a, v, starts, lengths, y }, { T, C, H, S, head_dim }) {
    for (let t = 0; t < T; t++) {
      for (let h = 0; h < H; h++) {
        for (let j = 0; j < head_dim; j++) {
          let sum = 0;
          for (let s = 0; s < lengths[t]; s++) {
            sum += a[(t * H + h) * S + s] * v[(starts[t] + s) * C + h * head_dim + j];
          }
          y[t * C + h * head_dim + j] = sum;
        }
      }
    }
  },

  backward({ a, v, starts, lengths, da, dv, dy }, { T, C, H, S, head_dim }) {
    for (let t = 0; t < T; t++) {
      for (let h = 0; h < H; h++) {
        for (let s = 0; s < lengths[t]; s++) {
          const ts = (t * H + h) * S + s;
          const vh = (starts[t] + s) * C + h * head_dim;
          for (let j = 0; j < head_dim; j++) {
            const d = dy[t * C + h * head_dim + j];
            da[ts] += d * v[vh + j];
            dv[vh + j] += a[ts] * d;
          }
        }
      }
    }
  },

  cells: {
    y: ({ a, v, starts, lengths }, { head_dim }, [t, c]) => {
      const h = Math.floor(c / head_dim);
      const start = starts(t).value;
      return sum('s', lengths(t).value, (s) => product(a(t, h, s), v(start + s, c)));
    },
    da: ({ v, starts, lengths, dy }, { head_dim }, [t, h, s]) => {
      if (s >= lengths(t).value) return constant(0, '0', [lengths(t)]);
      const r = starts(t).value + s;
      const c = h * head_dim;
      return sum('j', head_dim, (j) => product(dy(t, c + j), v(r, c + j)));
    },
    dv: ({ a, starts, lengths, dy }, { head_dim }, [r, c]) => {
      const h = Math.floor(c / head_dim);
      const start = starts(r).value;
      const rows = numbers(start, start + lengths(r).value);
      return sum('t', rows, (t) => product(a(t, h, r - start), dy(t, c)));
    }
  },

  wgsl: {
    forward: {
      threads: [
        ['t', 'T'],
        ['h', 'H'],
        ['j', 'head_dim']
      ],
      reads: ['a', 'v', 'starts', 'lengths'],
      writes: 'y',
      body: `
let ts = (t * H + h) * S;
let vh = u32(starts[t]) * C + h * head_dim + j;
let length = u32(lengths[t]);
var sum = 0.0;
for (var s = 0u; s < length; s++) { sum += a[ts + s] * v[vh + s * C]; }
y[t * C + h * head_dim + j] = sum;`
    },
    backward: {
      a: {
        threads: [
          ['t', 'T'],
          ['h', 'H'],
          ['s', 'S']
        ],
        reads: ['v', 'starts', 'lengths', 'dy'],
        writes: 'da',
        body: `
if (s < u32(lengths[t])) {
  let yh = t * C + h * head_dim;
  let vh = (u32(starts[t]) + s) * C + h * head_dim;
  var sum = 0.0;
  for (var j = 0u; j < head_dim; j++) { sum += dy[yh + j] * v[vh + j]; }
  da[(t * H + h) * S + s] += sum;
}`
      },
      v: {
        threads: [
          ['r', 'T'],
          ['h', 'H'],
          ['j', 'head_dim']
        ],
        reads: ['a', 'starts', 'lengths', 'dy'],
        writes: 'dv',
        body: `
let start = u32(starts[r]);
let end = start + u32(lengths[r]);
let s = r - start;
var sum = 0.0;
for (var t = start; t < end; t++) {
  sum += a[(t * H + h) * S + s] * dy[t * C + h * head_dim + j];
}
dv[r * C + h * head_dim + j] += sum;`
      }
    }
  },

  samples: [
    {
      shapes: { a: [1, 1, 2], v: [1, 1], starts: [1], lengths: [1] },
      indices: { starts: [0], lengths: [1] }
    },
    {
      shapes: { a: [5, 2, 4], v: [5, 6], starts: [5], lengths: [5] },
      indices: { starts: [0, 0, 0, 3, 3], lengths: [3, 3, 3, 2, 2] }
    },
    {
      shapes: { a: [17, 3, 17], v: [17, 24], starts: [17], lengths: [17] },
      indices: { starts: Array<number>(17).fill(0), lengths: Array<number>(17).fill(17) }
    }
  ]
});
