import type { AdamConfig } from '../../adam';
import type { Program, Stage } from '../../program';
import { TILE } from './activationLayout';
import { adamKernel } from './adamKernel';
import { attention } from './attention';
import { attentionBackward, attentionBackwardKeys } from './attentionBackward';
import { embed, embedBackward } from './embed';
import { layOut, type Layout } from './layout';
import { linear } from './linear';
import { linearBackward } from './linearBackward';
import { loss } from './loss';
import { headProduct, layerProducts, type Product } from './products';
import type { TileRange } from './stepUniforms';
import { LANES, SUMS, sums } from './sums';
import { UNIT } from './weightLayout';
import { productTiles, tableTiles, weightGradients } from './weightGradients';
import type { FusedKernel } from './wgsl';

/** One kernel to run. */
export interface Dispatch {
  readonly kernel: FusedKernel;
  /** Threads along x for T positions. */
  readonly threads: (T: number) => number;
  /** Threads along y; 1 unless told. */
  readonly y?: number;
}

/** What is timed as one. */
export interface StagePart {
  readonly pass: 'forward' | 'backward' | 'adam';
  readonly stage: Stage;
  readonly dispatches: readonly Dispatch[];
  /** Gradients of the weights that can follow, instead of all of them before Adam. */
  readonly tiles?: TileRange;
}

/** The fused step of a program: where everything lies, and which kernels run in which order. */
export interface Plan {
  readonly layout: Layout;
  /** The step cut into stages, in order. Its last part is Adam's. */
  readonly parts: readonly StagePart[];
  /** Gradients of all weights. Runs before the last part, or in pieces of its tiles after each backward part. */
  readonly weightGradients: Dispatch;
  readonly tiles: TileRange;
  /** Runs after the last step of a submit, with `y` steps. */
  readonly sums: Dispatch;
}

/** Plans the fused step of a program. */
export function planStep(program: Program, adam: AdamConfig): Plan {
  const layout = layOut(program);
  const units = layout.weights.size / UNIT;
  const tiles = new Tiles(layout);
  const parts = [...forwardParts(layout), ...backwardParts(layout, tiles)];
  const update = { kernel: adamKernel(adam, units), threads: () => units };
  const gradients = weightGradients(layout, tiles.products);
  return {
    layout,
    parts: [...parts, { pass: 'adam', stage: 'adam', dispatches: [update] }],
    weightGradients: { kernel: gradients, threads: () => tiles.count },
    tiles: { from: 0, to: tiles.count },
    sums: { kernel: sums(layout.weights), threads: () => SUMS * LANES }
  };
}

function forwardParts(layout: Layout): StagePart[] {
  const { config } = layout.program;
  const part = (stage: Stage, ...dispatches: Dispatch[]): StagePart => ({
    pass: 'forward',
    stage,
    dispatches
  });
  const product = (product: Product) => perTile(linear(product, config), product.n_out);
  const layers = layout.activations.layers.flatMap((_, l) => {
    const { qkv, wo, fc1, fc2 } = layerProducts(layout, l);
    const mix = perHead(layout, attention(layout, l));
    return [
      part(`layer${l}.attention`, product(qkv), mix, product(wo)),
      part(`layer${l}.mlp`, product(fc1), product(fc2))
    ];
  });
  return [
    part('embedding', perRow(embed(layout))),
    ...layers,
    part('head', product(headProduct(layout))),
    part('loss', perRow(loss(layout)))
  ];
}

function backwardParts(layout: Layout, tiles: Tiles): StagePart[] {
  const { config } = layout.program;
  const part = (stage: Stage, tiles: TileRange, ...dispatches: Dispatch[]): StagePart => ({
    pass: 'backward',
    stage,
    dispatches,
    tiles
  });
  const product = (product: Product) => perTile(linearBackward(product, config), product.n_in);
  const head = headProduct(layout);
  const parts = [part('head', tiles.add(head), product(head))];
  for (let l = config.n_layer - 1; l >= 0; l--) {
    const { qkv, wo, fc1, fc2 } = layerProducts(layout, l);
    const queries = perHead(layout, attentionBackward(layout, l));
    const keys = perHead(layout, attentionBackwardKeys(layout, l));
    parts.push(
      part(`layer${l}.mlp`, tiles.add(fc1, fc2), product(fc2), product(fc1)),
      part(`layer${l}.attention`, tiles.add(qkv, wo), product(wo), queries, keys, product(qkv))
    );
  }
  return [...parts, part('embedding', tiles.tables, perRow(embedBackward(layout)))];
}

/** Counts the tiles of the weights' gradients: those of the tables, then those of every product added. */
class Tiles {
  readonly tables: TileRange;
  readonly products: Product[] = [];
  count: number;

  constructor(layout: Layout) {
    this.count = tableTiles(layout);
    this.tables = { from: 0, to: this.count };
  }

  add(...products: readonly Product[]): TileRange {
    const from = this.count;
    this.products.push(...products);
    for (const product of products) this.count += productTiles(product);
    return { from, to: this.count };
  }
}

function perRow(kernel: FusedKernel): Dispatch {
  return { kernel, threads: (T) => T };
}

function perHead({ program }: Layout, kernel: FusedKernel): Dispatch {
  return { kernel, threads: (T) => T * program.config.n_head };
}

/** @param width of a row, in vec4 */
function perTile(kernel: FusedKernel, width: number): Dispatch {
  return { kernel, threads: (T) => Math.ceil(T / TILE) * (width / 2) };
}
