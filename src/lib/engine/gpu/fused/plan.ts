import type { AdamConfig } from '../../adam';
import type { Program, Stage } from '../../program';
import { attention, attentionWeights } from './attention';
import { attentionBackward, attentionBackwardKeys } from './attentionBackward';
import { embed, embedBackward } from './embed';
import { layOut, type Layout } from './layout';
import { linear } from './linear';
import { linearBackward } from './linearBackward';
import { loss } from './loss';
import { headProduct, layerProducts, type Product } from './products';
import type { TileRange } from './stepUniforms';
import { sums } from './sums';
import { weightUpdates } from './weightGradients';
import { cutWeights, type WeightTiles } from './weightTiles';
import type { FusedKernel, RowKernel } from './wgsl';

/** What is timed as one: kernels on rows, then the gradients of some weights. */
export interface StagePart {
  readonly pass: 'forward' | 'backward';
  readonly stage: Stage;
  readonly kernels: readonly RowKernel[];
  /** Tiles of the weights whose gradients can follow. */
  readonly tiles?: TileRange;
}

/** The fused step of a program: where everything lies, and which kernels run in which order. */
export interface Plan {
  readonly layout: Layout;
  /** Whether items of products share what they read, see quads.ts. */
  readonly quads: boolean;
  /** Forward and backward up to the weights, in order. */
  readonly parts: readonly StagePart[];
  readonly tiles: WeightTiles;
  /** Gradients and Adam's update of all weights: what comes after the parts. */
  readonly updates: FusedKernel;
  /** The same apart, for a step that is timed. */
  readonly apart: { readonly gradients: FusedKernel; readonly adam: FusedKernel };
  /** Runs after the last step of a submit, for all of them. */
  readonly sums: FusedKernel;
  /** Run after a step of which a frame is wanted. */
  readonly watched: readonly RowKernel[];
}

/** Every kernel on rows, in order. */
export function rowKernels({ parts }: Plan): RowKernel[] {
  return parts.flatMap(({ kernels }) => kernels);
}

/** Plans the fused step of a program. */
export function planStep(program: Program, adam: AdamConfig, quads = false): Plan {
  const layout = layOut(program);
  const tiles = cutWeights(layout, quads);
  return {
    layout,
    quads,
    tiles,
    parts: [...forwardParts(layout, quads), ...backwardParts(layout, tiles, quads)],
    updates: weightUpdates(layout, tiles, adam, 'both', quads),
    apart: {
      gradients: weightUpdates(layout, tiles, adam, 'gradients', quads),
      adam: weightUpdates(layout, tiles, adam, 'adam', quads)
    },
    sums: sums(tiles),
    watched: layout.activations.layers.map((_, l) => attentionWeights(layout, l))
  };
}

function forwardParts(layout: Layout, quads: boolean): StagePart[] {
  const { config } = layout.program;
  const part = (stage: Stage, ...kernels: RowKernel[]): StagePart => ({
    pass: 'forward',
    stage,
    kernels
  });
  const product = (product: Product) => linear(product, config, quads);
  const layers = layout.activations.layers.flatMap((_, l) => {
    const { qkv, wo, fc1, fc2 } = layerProducts(layout, l);
    return [
      part(`layer${l}.attention`, product(qkv), attention(layout, l, quads), product(wo)),
      part(`layer${l}.mlp`, product(fc1), product(fc2))
    ];
  });
  return [
    part('embedding', embed(layout)),
    ...layers,
    part('head', product(headProduct(layout))),
    part('loss', loss(layout))
  ];
}

function backwardParts(layout: Layout, tiles: WeightTiles, quads: boolean): StagePart[] {
  const { config } = layout.program;
  const part = (stage: Stage, tiles: TileRange, ...kernels: RowKernel[]): StagePart => ({
    pass: 'backward',
    stage,
    kernels,
    tiles
  });
  const product = (product: Product) => linearBackward(product, config, quads);
  const parts = [part('head', tiles.head, product(headProduct(layout)))];
  for (let l = config.n_layer - 1; l >= 0; l--) {
    const { qkv, wo, fc1, fc2 } = layerProducts(layout, l);
    const scores = [attentionBackward(layout, l, quads), attentionBackwardKeys(layout, l, quads)];
    parts.push(
      part(`layer${l}.mlp`, tiles.mlp[l], product(fc2), product(fc1)),
      part(`layer${l}.attention`, tiles.attention[l], product(wo), ...scores, product(qkv))
    );
  }
  return [...parts, part('embedding', tiles.tables, embedBackward(layout))];
}
