import type { AdamConfig } from '../../adam';
import { adamFunction } from './adamFunction';
import type { Layout } from './layout';
import type { Product } from './products';
import type { WeightTiles } from './weightTiles';
import { eachRow, fusedKernel, row, type FusedKernel } from './wgsl';

/** Tiles of the gradients of wte and wpe. */
export function tableTiles({ program, widths }: Layout): number {
  return (program.config.vocab_size + program.config.block_size) * widths.embd;
}

/** Tiles of a matrix's gradient. */
export function productTiles({ n_in, n_out }: Product): number {
  return (n_in / 2) * (n_out / 2);
}

/**
 * What is done with a tile of weights: its gradient, Adam's update from the gradient, or both at once, which gives the
 * same bits.
 */
export type WeightWork = 'gradients' | 'adam' | 'both';

const kernelNames = { gradients: 'weight gradients', adam: 'adam', both: 'weight updates' };

/**
 * Every weight's gradient and its update in one kernel: embedding's, dw[ids[t]] += demb[t], and linear's,
 * dw += dy[t] ⊗ x[t], summed over all rows in order. One item per tile of [span.start, span.to), as `cutWeights` counts
 * them; a tile is a vec4 of a table or 8 outputs × 8 inputs of a matrix. Keeps the gradients, and for the norms each
 * tile's squares of gradient and update.
 */
export function weightUpdates(
  layout: Layout,
  tiles: WeightTiles,
  adam: AdamConfig,
  work: WeightWork
): FusedKernel {
  const { program, widths, weights, activations } = layout;
  const { vocab_size } = program.config;
  return fusedKernel(
    kernelNames[work],
    {
      DEMB: activations.demb,
      WTE: weights.matrix('wte').offset,
      WPE: weights.matrix('wpe').offset,
      WIDTH: widths.embd,
      V: vocab_size,
      TOKENS: vocab_size * widths.embd,
      TABLES: tiles.tables.to
    },
    `
  let tile = item;
  if (tile >= span.to) { return; }
  let T = steps[slot].T;
  let rate = adam_rate();
  var square = vec2f();
  if (tile < TOKENS) {
    var sum = vec4f();
    ${work === 'adam' ? '' : TOKEN_SUM}
    ${settle(work, 'WTE + tile', 'sum')}
  } else if (tile < TABLES) {
    var sum = vec4f();
    ${work === 'adam' ? '' : POSITION_SUM}
    ${settle(work, 'WPE + tile - TOKENS', 'sum')}
  } else {
    let p = outer(tile);
    let o = p.tile / (p.n_in / 2u);
    let i = p.tile % (p.n_in / 2u);
    ${eachRow('var aa$ = vec4f(); var ab$ = vec4f(); var ba$ = vec4f(); var bb$ = vec4f();')}
    ${work === 'adam' ? '' : OUTER_SUMS}
    let dw = p.dw + 8u * o * p.n_in + 2u * i;
    ${eachRow(settle(work, 'dw + $u * p.n_in', 'aa$') + settle(work, 'dw + $u * p.n_in + 1u', 'ab$'))}
    let below = dw + 4u * p.n_in;
    ${eachRow(settle(work, 'below + $u * p.n_in', 'ba$') + settle(work, 'below + $u * p.n_in + 1u', 'bb$'))}
  }
  ${work === 'gradients' ? '' : 'readings[steps[slot].readings + T + tile] = square;'}`,
    adamFunction(adam, weights.size) + outerFunction(tiles)
  );
}

/** What becomes of four numbers of a gradient. */
function settle(work: WeightWork, place: string, sum: string): string {
  const keep = `gradients[${place}] = ${sum};`;
  const update = (g: string) => `square += adam_update(${place}, ${g}, rate);`;
  if (work === 'gradients') return keep;
  return work === 'adam' ? update(`gradients[${place}]`) : `${keep} ${update(sum)} `;
}

const TOKEN_SUM = `let c = tile % WIDTH;
    let links = steps[slot].links;
    for (var t = inputs[links + tile / WIDTH]; t < T; t = inputs[links + V + t]) {
      sum += act[DEMB + t * WIDTH + c];
    }`;

const POSITION_SUM = `let c = tile % WIDTH;
    let s = (tile - TOKENS) / WIDTH;
    var start = 0u;
    while (start < T) {
      let length = ${row('start', 'length')};
      if (s < length) { sum += act[DEMB + (start + s) * WIDTH + c]; }
      start += length;
    }`;

const OUTER_SUMS = `var dy = p.dy + 2u * o;
    var x = p.x + 2u * i;
    for (var t = 0u; t < T; t++) {
      let dya = act[dy];
      let dyb = act[dy + 1u];
      let xa = act[x];
      let xb = act[x + 1u];
      ${eachRow('aa$ += dya[$] * xa; ab$ += dya[$] * xb;')}
      ${eachRow('ba$ += dyb[$] * xa; bb$ += dyb[$] * xb;')}
      dy += p.n_out;
      x += p.n_in;
    }`;

/** dw (n_out, n_in) = Σₜ dy[t] ⊗ x[t]: where all three lie, and the tile of dw to compute. */
function outerFunction({ products }: WeightTiles): string {
  const cases = products.map(({ product, tiles: { from, to } }) => {
    const fields = [product.dy, product.n_out, product.x, product.n_in, product.w];
    return `  if (tile < ${to}u) { return Outer(${fields.map((n) => `${n}u`).join(', ')}, tile - ${from}u); }`;
  });
  return `
struct Outer { dy: u32, n_out: u32, x: u32, n_in: u32, dw: u32, tile: u32 }

fn outer(tile: u32) -> Outer {
${cases.join('\n')}
  return Outer();
}`;
}
