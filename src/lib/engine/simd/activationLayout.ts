import type { Program } from '../program';
import type { Arena } from './memory';
import { panels, type WeightLayout } from './weightLayout';

/** Rows that are worked on together: a document's last tile and its last panel may reach so far beyond it. */
const SPARE_ROWS = 8;

/** A tensor with a row for each position. */
export interface Rows {
  /** Its address. */
  readonly at: number;
  /** Bytes from row to row. */
  readonly row: number;
}

/** One layer's tensors: what backward needs of forward. */
export interface LayerTensors {
  /** Normalised input of attention, and the scale of each row. */
  readonly attn_norm: Rows;
  readonly attn_scale: number;
  readonly qkv: Rows;
  /** Attention weights (H, T, S). */
  readonly attn_weights: Rows;
  readonly mix: Rows;
  /** After the attention's residual connection. */
  readonly mid: Rows;
  readonly mlp_norm: Rows;
  readonly mlp_scale: number;
  /** max(0, h), and the activation of h: the same tensor for relu. */
  readonly hidden: Rows;
  readonly active: Rows;
  readonly out: Rows;
}

/** Where the tensors of a step lie. Gradients are needed for a moment each and share their room between layers. */
export interface ActivationLayout {
  /** Most positions that are worked on in one go. */
  readonly T: number;
  readonly tokens: number;
  readonly positions: number;
  readonly targets: number;
  /** Number of documents, then row and length of each. */
  readonly documents: number;
  readonly emb: Rows;
  readonly emb_norm: Rows;
  readonly emb_scale: number;
  readonly layers: readonly LayerTensors[];
  readonly logits: Rows;
  readonly probs: Rows;
  readonly losses: number;
  readonly dlogits: Rows;
  readonly dx: Rows;
  readonly dnorm: Rows;
  readonly dhidden: Rows;
  readonly dmix: Rows;
  readonly dqkv: Rows;
  /** Gradients of one head's scores. */
  readonly dscores: Rows;
  /** One head's keys or values, transposed. */
  readonly packed: number;
  /** Bytes between the attention weights of two heads. */
  readonly headBytes: number;
}

/** @param T most positions that are worked on in one go */
export function layOutActivations(
  { config }: Program,
  { head, heads }: WeightLayout,
  arena: Arena,
  T: number
): ActivationLayout {
  const { n_embd: C, n_head, n_layer, vocab_size, block_size } = config;
  const rows = 4 * Math.ceil(T / 4) + SPARE_ROWS;
  const tensor = (columns: number, count = rows): Rows => {
    const row = rowLength(columns);
    return { at: arena.take(count * row), row: 4 * row };
  };
  const layer = (): LayerTensors => {
    const hidden = tensor(4 * C);
    return {
      attn_norm: tensor(C),
      attn_scale: arena.take(rows),
      qkv: tensor(3 * heads),
      attn_weights: tensor(block_size, n_head * rows),
      mix: tensor(heads),
      mid: tensor(C),
      mlp_norm: tensor(C),
      mlp_scale: arena.take(rows),
      hidden,
      active: config.activation === 'relu' ? hidden : tensor(4 * C),
      out: tensor(C)
    };
  };
  return {
    T,
    tokens: arena.take(T),
    positions: arena.take(T),
    targets: arena.take(T),
    documents: arena.take(1 + 2 * T),
    emb: tensor(C),
    emb_norm: tensor(C),
    emb_scale: arena.take(rows),
    layers: Array.from({ length: n_layer }, layer),
    logits: tensor(vocab_size),
    probs: tensor(vocab_size),
    losses: arena.take(rows),
    dlogits: tensor(vocab_size),
    dx: tensor(C),
    dnorm: tensor(C),
    dhidden: tensor(4 * C),
    dmix: tensor(heads),
    dqkv: tensor(3 * heads),
    dscores: tensor(block_size, panels(block_size)),
    packed: arena.take(panels(block_size) * head),
    headBytes: 4 * rows * rowLength(block_size)
  };
}

/** Numbers from row to row. Rows whose length is a multiple of 128 bytes would share a few lines of the cache. */
function rowLength(columns: number): number {
  const length = panels(columns);
  return length % 32 === 0 ? length + 8 : length;
}
