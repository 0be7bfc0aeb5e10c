import type { Layout } from './layout';
import type { Product } from './products';
import { eachRow, fusedKernel, type FusedKernel } from './wgsl';

/** Tiles of the gradients of wte and wpe. */
export function tableTiles({ program, widths }: Layout): number {
  return (program.config.vocab_size + program.config.block_size) * widths.embd;
}

/** Tiles of a matrix's gradient. */
export function productTiles({ n_in, n_out }: Product): number {
  return n_in * n_out;
}

/**
 * Every weight's gradient in one kernel: embedding's, dw[ids[t]] += demb[t], and linear's, dw += dy[t] ⊗ x[t].
 * One thread per tile of [step.first_tile, step.end_tile), summing over all rows in order; a tile is a vec4 of a table
 * or 4 outputs × 4 inputs of a matrix. Tiles are counted through the tables, then through the products.
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
      TOKENS: program.config.vocab_size * widths.embd,
      TABLES: tableTiles(layout)
    },
    `
struct Outer { dy: u32, n_out: u32, x: u32, n_in: u32, dw: u32, tile: u32 }

fn find(tile: u32) -> Outer {
${cases.join('\n')}
  return Outer();
}

fn table(tile: u32, by_token: bool, dw: u32) {
  let c = tile % WIDTH;
  let v = tile / WIDTH;
  var sum = vec4f();
  for (var t = 0u; t < step.T; t++) {
    let row = rows[step.row + t];
    if (select(t - row.z, row.x, by_token) == v) { sum += act[DEMB + t * WIDTH + c]; }
  }
  gradients[dw + tile] = sum;
}

fn product(p: Outer) {
  let o = p.tile / p.n_in;
  let i = p.tile % p.n_in;
  ${eachRow('var dw$ = vec4f();')}
  var dy = p.dy + o;
  var x = p.x + i;
  for (var t = 0u; t < step.T; t++) {
    let dy4 = act[dy];
    let x4 = act[x];
    ${eachRow('dw$ += dy4[$] * x4;')}
    dy += p.n_out;
    x += p.n_in;
  }
  let dw = p.dw + 4u * o * p.n_in + i;
  ${eachRow('gradients[dw + $u * p.n_in] = dw$;')}
}
@main
  let tile = step.first_tile + id.x;
  if (tile >= step.end_tile) { return; }
  if (tile < TOKENS) {
    table(tile, true, DWTE);
  } else if (tile < TABLES) {
    table(tile - TOKENS, false, DWPE);
  } else {
    product(find(tile));
  }`
  );
}
