import type { Layout } from './layout';
import type { Product } from './products';
import { eachRow, fusedKernel, type FusedKernel } from './wgsl';

/** Tiles of the gradients of wte and wpe. */
export function tableTiles({ program, widths }: Layout): number {
  return (program.config.vocab_size + program.config.block_size) * widths.embd;
}

/** Tiles of a matrix's gradient. */
export function productTiles({ n_in, n_out }: Product): number {
  return (n_in / 2) * (n_out / 2);
}

/**
 * Every weight's gradient in one kernel: embedding's, dw[ids[t]] += demb[t], and linear's, dw += dy[t] ⊗ x[t].
 * One thread per tile of [step.first_tile, step.end_tile), summing over all rows in order; a tile is a vec4 of a table
 * or 8 outputs × 8 inputs of a matrix. Tiles are counted through the tables, then through the products.
 */
export function weightGradients(layout: Layout, products: readonly Product[]): FusedKernel {
  const { program, widths, weights, activations } = layout;
  let end = tableTiles(layout);
  const cases = products.map((product) => {
    const first = end;
    end += productTiles(product);
    const fields = [product.dy, product.n_out, product.x, product.n_in, product.w];
    return `  if (tile < ${end}u) { return Outer(${fields.map((n) => `${n}u`).join(', ')}, tile - ${first}u); }`;
  });
  return fusedKernel(
    'weightGradients',
    'model',
    {
      DEMB: activations.demb,
      DWTE: weights.matrix('wte').offset,
      DWPE: weights.matrix('wpe').offset,
      WIDTH: widths.embd,
      V: program.config.vocab_size,
      TOKENS: program.config.vocab_size * widths.embd,
      TABLES: tableTiles(layout)
    },
    `
${TABLE_GRADIENTS}
${OUTER_PRODUCT}

fn find(tile: u32) -> Outer {
${cases.join('\n')}
  return Outer();
}
@main
  let tile = step.first_tile + id.x;
  if (tile >= step.end_tile) { return; }
  if (tile < TOKENS) {
    token(tile);
  } else if (tile < TABLES) {
    position(tile - TOKENS);
  } else {
    outer(find(tile));
  }`
  );
}

const TABLE_GRADIENTS = `
fn token(tile: u32) {
  let c = tile % WIDTH;
  var sum = vec4f();
  for (var t = links[step.links + tile / WIDTH]; t < step.T; t = links[step.links + V + t]) {
    sum += act[DEMB + t * WIDTH + c];
  }
  gradients[DWTE + tile] = sum;
}

fn position(tile: u32) {
  let c = tile % WIDTH;
  let s = tile / WIDTH;
  var sum = vec4f();
  var start = 0u;
  while (start < step.T) {
    let length = rows[step.row + start].w;
    if (s < length) { sum += act[DEMB + (start + s) * WIDTH + c]; }
    start += length;
  }
  gradients[DWPE + tile] = sum;
}`;

/** dw (n_out, n_in) = Σₜ dy[t] ⊗ x[t]: where all three lie, and the tile of dw to compute. */
const OUTER_PRODUCT = `
struct Outer { dy: u32, n_out: u32, x: u32, n_in: u32, dw: u32, tile: u32 }

fn outer(p: Outer) {
  let o = p.tile / (p.n_in / 2u);
  let i = p.tile % (p.n_in / 2u);
  ${eachRow('var aa$ = vec4f(); var ab$ = vec4f(); var ba$ = vec4f(); var bb$ = vec4f();')}
  var dy = p.dy + 2u * o;
  var x = p.x + 2u * i;
  for (var t = 0u; t < step.T; t++) {
    let dya = act[dy];
    let dyb = act[dy + 1u];
    let xa = act[x];
    let xb = act[x + 1u];
    ${eachRow('aa$ += dya[$] * xa; ab$ += dya[$] * xb;')}
    ${eachRow('ba$ += dyb[$] * xa; bb$ += dyb[$] * xb;')}
    dy += p.n_out;
    x += p.n_in;
  }
  let dw = p.dw + 8u * o * p.n_in + 2u * i;
  ${eachRow('gradients[dw + $u * p.n_in] = aa$; gradients[dw + $u * p.n_in + 1u] = ab$;')}
  let below = dw + 4u * p.n_in;
  ${eachRow('gradients[below + $u * p.n_in] = ba$; gradients[below + $u * p.n_in + 1u] = bb$;')}
}`;
