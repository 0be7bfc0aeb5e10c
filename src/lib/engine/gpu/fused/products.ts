import type { Layout } from './layout';

/** A matrix product y = x wᵀ of the step and what is fused with it; offsets and widths of rows in vec4. */
export interface Product {
  readonly name: string;
  /** (T, n_in) */
  readonly x: number;
  /** (n_out, n_in) weights, and gradients in the gradients. */
  readonly w: number;
  /** (T, n_out) */
  readonly y: number;
  readonly n_in: number;
  readonly n_out: number;
  /** Gradient of the product; where there is a norm, of w x without the norm's scale. */
  readonly dy: number;
  /** Gradient of x. */
  readonly dx: number;
  /** Normalises x first: `scale` (T) keeps the norm's scale, `dresidual` is added to the gradient of x. */
  readonly norm?: { readonly scale: number; readonly dresidual: number };
  /** (T, n_out) added to y. */
  readonly residual?: number;
  /** y keeps max(0, h), `active` the activation of h. */
  readonly activates?: { readonly active: number };
  /** x is the activation of h: `hidden` is max(0, h), `scale` that of the norm before h; dx is the gradient of h. */
  readonly activated?: { readonly hidden: number; readonly scale: number };
}

/** The products of one layer. */
export interface LayerProducts {
  readonly qkv: Product;
  readonly wo: Product;
  readonly fc1: Product;
  readonly fc2: Product;
}

export function layerProducts(layout: Layout, l: number): LayerProducts {
  return { ...attentionProducts(layout, l), ...mlpProducts(layout, l) };
}

function attentionProducts({ widths, weights, activations }: Layout, l: number) {
  const layer = activations.layers[l];
  const qkv: Product = {
    name: `layer${l}.qkv`,
    x: layer.x,
    // The three matrices lie one after another, which makes them one.
    w: weights.matrix(`layer${l}.attn_wq`).offset,
    y: layer.qkv,
    n_in: widths.embd,
    n_out: 3 * widths.heads,
    dy: layer.dqkv,
    dx: layer.dx,
    norm: { scale: layer.attn_scale, dresidual: layer.dmid }
  };
  const wo: Product = {
    name: `layer${l}.wo`,
    x: layer.mix,
    w: weights.matrix(`layer${l}.attn_wo`).offset,
    y: layer.mid,
    n_in: widths.heads,
    n_out: widths.embd,
    dy: layer.dmid,
    dx: layer.dmix,
    residual: layer.x
  };
  return { qkv, wo };
}

function mlpProducts({ widths, weights, activations }: Layout, l: number) {
  const layer = activations.layers[l];
  const fc1: Product = {
    name: `layer${l}.fc1`,
    x: layer.mid,
    w: weights.matrix(`layer${l}.mlp_fc1`).offset,
    y: layer.hidden,
    n_in: widths.embd,
    n_out: widths.hidden,
    dy: layer.dhidden,
    dx: layer.dmid,
    norm: { scale: layer.mlp_scale, dresidual: layer.dout },
    activates: { active: layer.active }
  };
  const fc2: Product = {
    name: `layer${l}.fc2`,
    x: layer.active,
    w: weights.matrix(`layer${l}.mlp_fc2`).offset,
    y: layer.out,
    n_in: widths.hidden,
    n_out: widths.embd,
    dy: layer.dout,
    dx: layer.dhidden,
    residual: layer.mid,
    activated: { hidden: layer.hidden, scale: layer.mlp_scale }
  };
  return { fc1, fc2 };
}

export function headProduct({ widths, weights, activations }: Layout): Product {
  const last = activations.layers[activations.layers.length - 1];
  return {
    name: 'head',
    x: last.out,
    w: weights.matrix('lm_head').offset,
    y: activations.logits,
    n_in: widths.embd,
    n_out: widths.vocab,
    dy: activations.dlogits,
    dx: last.dout
  };
}
