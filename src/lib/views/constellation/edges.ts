import type { Inspection } from '../../run/protocol';
import type { AttentionFrame } from '../../run/snapshot';

/**
 * One number for every edge that attention may use: from position s to position t ≥ s, for each layer and head.
 * values (L, H, T(T + 1)/2): for each t its s = 0 … t.
 */
export interface Edges {
  readonly n_layer: number;
  readonly n_head: number;
  readonly T: number;
  readonly values: Float64Array;
}

/** Edges of one head: position t has t + 1. */
export function edgesPerHead(T: number): number {
  return (T * (T + 1)) / 2;
}

/** Where the edge from s to t stands in `values`. */
export function edgeIndex(
  { n_head, T }: Pick<Edges, 'n_head' | 'T'>,
  layer: number,
  head: number,
  t: number,
  s: number
): number {
  return (layer * n_head + head) * edgesPerHead(T) + edgesPerHead(t) + s;
}

export interface Edge {
  readonly layer: number;
  readonly head: number;
  /** The query's position. */
  readonly t: number;
  /** The key's position. */
  readonly s: number;
}

/** The edge at a place in `values`: the inverse of `edgeIndex`. */
export function edgeAt({ n_head, T }: Pick<Edges, 'n_head' | 'T'>, index: number): Edge {
  const block = Math.floor(index / edgesPerHead(T));
  const rest = index - block * edgesPerHead(T);
  const t = Math.floor((Math.sqrt(8 * rest + 1) - 1) / 2);
  return {
    layer: Math.floor(block / n_head),
    head: block % n_head,
    t,
    s: rest - edgesPerHead(t)
  };
}

/** α: how much of its attention a query gives to a key. */
export function attentionEdges({ n_layer, n_head, T, weights }: AttentionFrame): Edges {
  const edges = emptyEdges({ n_layer, n_head, T });
  let to = 0;
  for (let row = 0; row < n_layer * n_head * T; row++) {
    for (let s = 0; s <= row % T; s++) edges.values[to++] = weights[row * T + s];
  }
  return edges;
}

/**
 * α · ‖W_O v‖: how long the vector is that an edge adds to the query's residual stream. W_O v takes the head's columns
 * of `attn_wo` and the head's slice of `v`; over all heads and keys these vectors add up to `attn_out`.
 */
export function valueEdges(attention: AttentionFrame, inspection: Inspection): Edges {
  const edges = attentionEdges(attention);
  const { n_layer, n_head, T } = edges;
  for (let layer = 0; layer < n_layer; layer++) {
    const norms = outputNorms(inspection, layer, n_head, T);
    forEachEdge(edges, layer, (index, head, t, s) => {
      edges.values[index] *= norms[head * T + s];
    });
  }
  return edges;
}

/**
 * α · ∂loss/∂α in nats: to first order, what the loss would lose if the edge were cut. Below 0 the edge helps.
 * The gradient alone would light up edges that carry nothing: it is as large where α = 0, even in the masked future.
 */
export function gradientEdges(attention: AttentionFrame, inspection: Inspection): Edges {
  const edges = attentionEdges(attention);
  const { n_layer, n_head } = edges;
  for (let layer = 0; layer < n_layer; layer++) {
    const name = `layer${layer}.attn_weights`;
    const gradient = inspection.gradients[name];
    const S = inspection.shapes[name][2];
    forEachEdge(edges, layer, (index, head, t, s) => {
      edges.values[index] *= gradient[(t * n_head + head) * S + s];
    });
  }
  return edges;
}

/** −α log₂ α in bits: the edge's part of its head's entropy, which is their sum over the keys. */
export function entropyEdges(attention: AttentionFrame): Edges {
  const edges = attentionEdges(attention);
  const { values } = edges;
  for (let i = 0; i < values.length; i++) values[i] = surprise(values[i]);
  return edges;
}

/** (L, H, T) entropies in bits of each query's weights over the positions it may attend to. */
export function headEntropy(attention: AttentionFrame): Float64Array {
  const { n_layer, n_head, T } = attention;
  const { values } = entropyEdges(attention);
  const entropy = new Float64Array(n_layer * n_head * T);
  let from = 0;
  for (let row = 0; row < entropy.length; row++) {
    for (let s = 0; s <= row % T; s++) entropy[row] += values[from++];
  }
  return entropy;
}

function surprise(alpha: number): number {
  return alpha > 0 ? -alpha * Math.log2(alpha) : 0;
}

/** (H, T) lengths of W_O v for each head and key of a layer. */
function outputNorms(inspection: Inspection, layer: number, n_head: number, T: number) {
  const v = inspection.values[`layer${layer}.v`];
  const wo = inspection.values[`layer${layer}.attn_wo`];
  const C = inspection.shapes[`layer${layer}.v`][1];
  const head_dim = C / n_head;
  const norms = new Float64Array(n_head * T);
  for (let head = 0; head < n_head; head++) {
    for (let s = 0; s < T; s++) {
      const slice = v.subarray(s * C + head * head_dim, s * C + (head + 1) * head_dim);
      norms[head * T + s] = outputNorm(wo, C, head * head_dim, slice);
    }
  }
  return norms;
}

/** ‖W x‖ where W are the columns of wo (C, C) from `column` on, as many as x has numbers. */
function outputNorm(wo: Float64Array, C: number, column: number, x: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < C; i++) {
    let sum = 0;
    for (let j = 0; j < x.length; j++) sum += wo[i * C + column + j] * x[j];
    squares += sum * sum;
  }
  return Math.sqrt(squares);
}

function emptyEdges({ n_layer, n_head, T }: Omit<Edges, 'values'>): Edges {
  return { n_layer, n_head, T, values: new Float64Array(n_layer * n_head * edgesPerHead(T)) };
}

type EdgeVisit = (index: number, head: number, t: number, s: number) => void;

function forEachEdge({ n_head, T }: Edges, layer: number, visit: EdgeVisit): void {
  let index = layer * n_head * edgesPerHead(T);
  for (let head = 0; head < n_head; head++) {
    for (let t = 0; t < T; t++) for (let s = 0; s <= t; s++) visit(index++, head, t, s);
  }
}

/** Every edge as layer, head, looking position, position looked at, value. */
export function edgeRows(edges: Edges): number[][] {
  return Array.from(edges.values, (value, i) => {
    const { layer, head, t, s } = edgeAt(edges, i);
    return [layer, head, t, s, value];
  });
}
