import type { AdamConfig } from '../../adam';
import { adamFunction } from './adamFunction';
import type { Layout } from './layout';
import type { Product } from './products';
import { bothHalves, findPart, itemsAcross, range, storeSums } from './quads';
import type { WeightTiles } from './weightTiles';
import { fusedKernel, row, type FusedKernel } from './wgsl';

/**
 * Vec4 in a tile of wte or wpe: a row where each item pays for the longest way through the kernel, as on a software
 * adapter, else one.
 */
function tableColumns({ widths }: Layout, quads: boolean): number {
  return quads ? widths.embd : 1;
}

/** Tiles of wte and wpe, and with quads what fills up the last four. */
export function tableTiles(layout: Layout, quads: boolean): number {
  const { vocab_size, block_size } = layout.program.config;
  const across = layout.widths.embd / tableColumns(layout, quads);
  const tiles = (vocab_size + block_size) * across;
  return quads ? 4 * Math.ceil(tiles / 4) : tiles;
}

/** Tiles of a matrix's gradient. */
export function productTiles({ n_in, n_out }: Product, quads: boolean): number {
  return (itemsAcross(quads, n_in) * itemsAcross(quads, n_out)) / (quads ? 4 : 1);
}

/**
 * What is done with a tile of weights: its gradient, Adam's update from the gradient, or both at once, which gives the
 * same bits.
 */
export type WeightWork = 'gradients' | 'adam' | 'both';

const kernelNames = { gradients: 'weight gradients', adam: 'adam', both: 'weight updates' };

/**
 * Every weight's gradient and its update in one kernel: embedding's, dw[ids[t]] += demb[t], and linear's,
 * dw += dy[t] ⊗ x[t], summed over all rows in order, four at a time. One item per tile of [span.start, span.to), as
 * `cutWeights` counts them; a tile is a vec4 or a row of a table, or 8 outputs × 8 inputs of a matrix. Keeps the gradients, and
 * for the norms each tile's squares of gradient and update.
 */
export function weightUpdates(
  layout: Layout,
  tiles: WeightTiles,
  adam: AdamConfig,
  work: WeightWork,
  quads: boolean
): FusedKernel {
  const { program, widths, weights, activations } = layout;
  const { vocab_size, block_size } = program.config;
  const sums = work !== 'adam';
  const columns = tableColumns(layout, quads);
  const across = widths.embd / columns;
  return fusedKernel(
    kernelNames[work],
    {
      DEMB: activations.demb,
      WTE: weights.matrix('wte').offset,
      WPE: weights.matrix('wpe').offset,
      WIDTH: widths.embd,
      V: vocab_size,
      COLUMNS: columns,
      TOKENS: vocab_size * across,
      POSITIONS: (vocab_size + block_size) * across,
      TABLES: tiles.tables.to
    },
    `
  let tile = item;
  if (tile >= span.to) { return; }
  let T = steps[slot].T;
  var place = WTE + tile * COLUMNS;
  var count = COLUMNS;
  var stride = 2u;
  if (tile < TOKENS) {
    ${sums ? TOKEN_SUM : ''}
  } else if (tile < POSITIONS) {
    place = WPE + (tile - TOKENS) * COLUMNS;
    ${sums ? POSITION_SUM : ''}
  } else if (tile < TABLES) {
    count = 0u;
  } else {
    let p = outer(tile);
    ${findPart(quads, 8, 'p.tile', 'p.across')}
    ${sums ? outerSums(quads) : ''}
    place = p.dw + row * p.n_in + column;
    count = select(0u, 16u, row < 4u * p.n_out && column < p.n_in);
    stride = p.n_in;
  }
  ${work === 'gradients' ? '' : UPDATES}`,
    adamFunction(adam, weights.size) + outerFunction(tiles, quads)
  );
}

/** Adam's update of a tile's weights: `count` vec4 in rows of two. */
const UPDATES = `let rate = adam_rate();
  var square = vec2f();
  for (var k = 0u; k < count; k++) {
    let i = place + k / 2u * stride + k % 2u;
    square += adam_update(i, gradients[i], rate);
  }
  readings[steps[slot].readings + T + tile] = square;`;

const TOKEN_SUM = `let row = tile * COLUMNS / WIDTH;
    let column = tile * COLUMNS % WIDTH;
    let links = steps[slot].links;
    for (var c = 0u; c < COLUMNS; c++) {
      var sum = vec4f();
      for (var t = inputs[links + row]; t < T; t = inputs[links + V + t]) {
        sum += act[DEMB + t * WIDTH + column + c];
      }
      gradients[place + c] = sum;
    }`;

const POSITION_SUM = `let row = (tile - TOKENS) * COLUMNS / WIDTH;
    let column = (tile - TOKENS) * COLUMNS % WIDTH;
    for (var c = 0u; c < COLUMNS; c++) {
      var sum = vec4f();
      var start = 0u;
      while (start < T) {
        let length = ${row('start', 'length')};
        if (row < length) { sum += act[DEMB + (start + row) * WIDTH + column + c]; }
        start += length;
      }
      gradients[place + c] = sum;
    }`;

/** Sums of a matrix's tile over four rows at a time; beyond the last row dy is 0, and x the last row's. */
function outerSums(quads: boolean): string {
  const outputs = range(4);
  return `${range(8)
    .map((o) => `var a${o} = vec4f(); var b${o} = vec4f();`)
    .join('\n    ')}
    for (var t = 0u; t < T; t += 4u) {
    ${bothHalves(quads, 'dy', 4, 'X', (side, r) => `select(vec4f(), act[p.dy + (t + ${r}u) * p.n_out + ${side}_row / 4u], t + ${r}u < T)`)}
    ${bothHalves(quads, 'x', 4, 'Y', (side, r) => `act[p.x + min(t + ${r}u, T - 1u) * p.n_in + ${side}_column]`)}
    let dya = transpose(mat4x4f(dy0, dy1, dy2, dy3));
    let dyb = transpose(mat4x4f(dy4, dy5, dy6, dy7));
    let xa = mat4x4f(x0, x1, x2, x3);
    let xb = mat4x4f(x4, x5, x6, x7);
    ${outputs.map((o) => `a${o} += xa * dya[${o}]; b${o} += xb * dya[${o}];`).join('\n    ')}
    ${outputs.map((o) => `a${o + 4} += xa * dyb[${o}]; b${o + 4} += xb * dyb[${o}];`).join('\n    ')}
    }
    ${storeSums(
      8,
      'p.n_in',
      (side) => `${side}_row < 4u * p.n_out && column < p.n_in`,
      (_, sum, place) => `gradients[p.dw + ${place}] = ${sum};`
    )}`;
}

/** dw (n_out, n_in) = Σₜ dy[t] ⊗ x[t]: where all three lie, and the tile of dw to compute. */
function outerFunction({ products }: WeightTiles, quads: boolean): string {
  const cases = products.map(({ product, tiles: { from, to } }) => {
    const { dy, n_out, x, n_in, w } = product;
    const fields = [dy, n_out, x, n_in, w, itemsAcross(quads, n_in)];
    return `  if (tile < ${to}u) { return Outer(${fields.map((n) => `${n}u`).join(', ')}, tile - ${from}u); }`;
  });
  return `
struct Outer { dy: u32, n_out: u32, x: u32, n_in: u32, dw: u32, across: u32, tile: u32 }

fn outer(tile: u32) -> Outer {
${cases.join('\n')}
  return Outer();
}`;
}
