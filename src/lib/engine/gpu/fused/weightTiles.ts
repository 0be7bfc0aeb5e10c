import type { ParameterGroup } from '../../program';
import type { Layout } from './layout';
import { headProduct, layerProducts, type Product } from './products';
import type { TileRange } from './stepUniforms';
import { productTiles, tableTiles } from './weightGradients';

/** The weights cut into tiles, each the work of one item: those of the tables first, then those of every product. */
export interface WeightTiles {
  readonly count: number;
  /** Of wte and wpe. */
  readonly tables: TileRange;
  /** By layer. */
  readonly attention: readonly TileRange[];
  /** By layer. */
  readonly mlp: readonly TileRange[];
  readonly head: TileRange;
  /** Those of a group lie together. */
  readonly groups: Readonly<Record<ParameterGroup, TileRange>>;
  /** In the order of their tiles. */
  readonly products: readonly { readonly product: Product; readonly tiles: TileRange }[];
}

export function cutWeights(layout: Layout, quads: boolean): WeightTiles {
  let count = tableTiles(layout, quads);
  const tables = { from: 0, to: count };
  const products: { product: Product; tiles: TileRange }[] = [];
  const add = (...added: readonly Product[]): TileRange => {
    const from = count;
    for (const product of added) {
      const tiles = { from: count, to: (count += productTiles(product, quads)) };
      products.push({ product, tiles });
    }
    return { from, to: count };
  };
  const layers = layout.activations.layers.map((_, l) => layerProducts(layout, l));
  const attention = layers.map(({ qkv, wo }) => add(qkv, wo));
  const mlp = layers.map(({ fc1, fc2 }) => add(fc1, fc2));
  const head = add(headProduct(layout));
  const groups = {
    embeddings: tables,
    attention: union(attention),
    mlp: union(mlp),
    lm_head: head
  };
  return { count, tables, attention, mlp, head, groups, products };
}

/** From where the first begins to where the last ends. */
function union(ranges: readonly TileRange[]): TileRange {
  return { from: ranges[0].from, to: ranges[ranges.length - 1].to };
}
