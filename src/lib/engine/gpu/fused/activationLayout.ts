import type { Program } from '../../program';
import type { Widths } from './widths';

/** Rows that one item of a matrix product computes together. */
export const TILE = 4;

/** Offsets of one layer's tensors in the activations, in vec4. */
export interface LayerTensors {
  /** (T, C) what the layer reads: the layer before's `out`, or the normalised embedding. */
  readonly x: number;
  /** (T) scale of the norm before attention. */
  readonly attn_scale: number;
  /** (T, 3, C) queries, keys and values. */
  readonly qkv: number;
  /** (T, H) logarithm of the sum of the exponentials of a row's scores. */
  readonly lse: number;
  /** (S, H, S) attention weights of the first document; written only for a watched step. */
  readonly attn_weights: number;
  /** (T, C) */
  readonly mix: number;
  /** (T, C) after the attention's residual connection. */
  readonly mid: number;
  /** (T) scale of the norm before the MLP. */
  readonly mlp_scale: number;
  /** (T, 4C) max(0, h). */
  readonly hidden: number;
  /** (T, 4C) the activation of h; the same tensor as `hidden` for relu. */
  readonly active: number;
  /** (T, C) after the MLP's residual connection. */
  readonly out: number;
  /** Gradient of the products that give q, k and v, before the norm's scale. */
  readonly dqkv: number;
  readonly dmix: number;
  /** (T, H) sum of a row's attention weights times their gradients. */
  readonly dsum: number;
  /** Gradient of `x`: `dout` of the layer before. */
  readonly dx: number;
  readonly dmid: number;
  /** Gradient of the products that give h, before the norm's scale. */
  readonly dhidden: number;
  readonly dout: number;
}

/** Where each value and gradient lies in the one buffer of activations; offsets in vec4, rows padded (`Widths`). */
export interface ActivationLayout {
  /** (T, C) normalised embedding. */
  readonly x: number;
  /** (T) scale of the embedding's norm. */
  readonly scale: number;
  readonly layers: readonly LayerTensors[];
  /** (T, V) */
  readonly logits: number;
  readonly dlogits: number;
  readonly probs: number;
  readonly dx: number;
  /** (T, C) gradient of wte + wpe. */
  readonly demb: number;
  /** In vec4. */
  readonly size: number;
}

export function layOutActivations({ config, capacity }: Program, widths: Widths): ActivationLayout {
  const tiles = Math.ceil(capacity / TILE);
  const rows = tiles * TILE;
  let size = 0;
  const take = (vec4: number) => (size += vec4) - vec4;
  const tensor = (width: number) => take(rows * width);
  // One number per row; a vec4 holds those of a tile.
  const scale = () => take(tiles);
  // One number per row and head.
  const headed = () => take(tiles * config.n_head);

  const layer = (x: number, dx: number): LayerTensors => {
    const hidden = tensor(widths.hidden);
    return {
      x,
      attn_scale: scale(),
      qkv: tensor(3 * widths.heads),
      lse: headed(),
      attn_weights: take(config.block_size * config.n_head * widths.block),
      mix: tensor(widths.heads),
      mid: tensor(widths.embd),
      mlp_scale: scale(),
      hidden,
      active: config.activation === 'relu' ? hidden : tensor(widths.hidden),
      out: tensor(widths.embd),
      dx,
      dqkv: tensor(3 * widths.heads),
      dmix: tensor(widths.heads),
      dsum: headed(),
      dmid: tensor(widths.embd),
      dhidden: tensor(widths.hidden),
      dout: tensor(widths.embd)
    };
  };
  const x = tensor(widths.embd);
  const dx = tensor(widths.embd);
  const layers: LayerTensors[] = [];
  for (let l = 0; l < config.n_layer; l++) {
    layers.push(layer(layers[l - 1]?.out ?? x, layers[l - 1]?.dout ?? dx));
  }
  return {
    x,
    dx,
    scale: scale(),
    layers,
    logits: tensor(widths.vocab),
    probs: tensor(widths.vocab),
    dlogits: tensor(widths.vocab),
    demb: tensor(widths.embd),
    size
  };
}
