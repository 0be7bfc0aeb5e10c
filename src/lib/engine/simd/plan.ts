import type { Program, Stage } from '../program';
import type { ActivationLayout, LayerTensors, Rows } from './activationLayout';
import type { LayerMatrices, Matrix, WeightLayout } from './weightLayout';

/** Where weights, their transposed copies and gradients begin, in bytes. */
export interface WeightAddresses {
  readonly weights: number;
  readonly transposed: number;
  readonly gradients: number;
}

/** One instruction of a step, as kernels/step.ts reads it: its number and arguments of 4 bytes. */
export type Instruction = readonly number[];

/** What is timed as one. */
export interface Part {
  readonly pass: 'forward' | 'backward';
  readonly stage: Stage;
  readonly instructions: readonly Instruction[];
}

/** The fused step of a program, in order. */
export interface Plan {
  /** Once for each step: the weights in their other order. */
  readonly weights: readonly Instruction[];
  /** Once for each shard: gradients back to 0. */
  readonly clear: readonly Instruction[];
  readonly parts: readonly Part[];
}

/** Bytes of an instruction, and the arguments that may follow its number. */
export const INSTRUCTION = 64;

const code = {
  product: 0,
  embed: 1,
  embedBackward: 2,
  norm: 3,
  normBackward: 4,
  attend: 5,
  attendBackward: 6,
  square: 7,
  loss: 8,
  transpose: 9,
  clear: 10
} as const;

/** What becomes of a product's sums: kernels/product.ts. */
const finish = { store: 0, add: 1, relu: 2, gate: 3, gateSquare: 4 } as const;

/** For rows of a product: those of the batch. For the length of its sums: T. */
const OF_THE_BATCH = -1;

/** Bytes of one row of a panel. */
const PANEL_ROW = 32;

/** Plans the fused step of a program. */
export function planStep(
  program: Program,
  layout: WeightLayout,
  tensors: ActivationLayout,
  addresses: WeightAddresses
): Plan {
  return new Planner(program, layout, tensors, addresses).plan();
}

class Planner {
  readonly #program: Program;
  readonly #layout: WeightLayout;
  readonly #tensors: ActivationLayout;
  readonly #addresses: WeightAddresses;
  readonly #scale: number;

  constructor(
    program: Program,
    layout: WeightLayout,
    tensors: ActivationLayout,
    addresses: WeightAddresses
  ) {
    const { n_embd, n_head } = program.config;
    this.#program = program;
    this.#layout = layout;
    this.#tensors = tensors;
    this.#addresses = addresses;
    this.#scale = bitsOf(1 / Math.sqrt(n_embd / n_head));
  }

  plan(): Plan {
    const { weights, gradients } = this.#addresses;
    const { layers, lm_head, size } = this.#layout;
    const matrices = [...layers.flatMap(({ qkv, wo, fc1, fc2 }) => [qkv, wo, fc1, fc2]), lm_head];
    const transpose = ({ offset, n_out, n_in }: Matrix): Instruction => [
      code.transpose,
      weights + 4 * offset,
      this.#addresses.transposed + 4 * offset,
      n_out,
      n_in
    ];
    return {
      weights: matrices.map(transpose),
      clear: [[code.clear, gradients, 4 * size]],
      parts: [...this.#forward(), ...this.#backward()]
    };
  }

  #forward(): Part[] {
    const { emb, emb_norm, emb_scale, layers } = this.#tensors;
    const part = (stage: Stage, ...instructions: Instruction[]): Part => ({
      pass: 'forward',
      stage,
      instructions
    });
    const x = (l: number) => layers[l - 1]?.out ?? emb_norm;
    return [
      part(
        'embedding',
        this.#embed(code.embed, this.#addresses.weights, emb),
        this.#norm(emb, emb_norm, emb_scale)
      ),
      ...layers.flatMap((tensors, l) => [
        part(`layer${l}.attention`, ...this.#attention(tensors, this.#layout.layers[l], x(l))),
        part(`layer${l}.mlp`, ...this.#mlp(tensors, this.#layout.layers[l]))
      ]),
      part('head', this.#product(x(layers.length), this.#layout.lm_head, this.#tensors.logits)),
      part('loss', this.#loss())
    ];
  }

  #attention(tensors: LayerTensors, { qkv, wo }: LayerMatrices, x: Rows): Instruction[] {
    const { attn_norm, attn_scale, mix, mid } = tensors;
    return [
      this.#norm(x, attn_norm, attn_scale),
      this.#product(attn_norm, qkv, tensors.qkv),
      [
        code.attend,
        this.#tensors.documents,
        this.#program.config.n_head,
        this.#scale,
        tensors.qkv.at,
        tensors.attn_weights.at,
        mix.at
      ],
      this.#product(mix, wo, mid, finish.add, x)
    ];
  }

  #mlp(tensors: LayerTensors, { fc1, fc2 }: LayerMatrices): Instruction[] {
    const { mid, mlp_norm, mlp_scale, hidden, active, out } = tensors;
    const isSquared = active !== hidden;
    return [
      this.#norm(mid, mlp_norm, mlp_scale),
      this.#product(mlp_norm, fc1, hidden, finish.relu),
      ...(isSquared ? [[code.square, hidden.at, active.at, hidden.row]] : []),
      this.#product(active, fc2, out, finish.add, mid)
    ];
  }

  #loss(): Instruction {
    const { logits, probs, dlogits, targets, losses } = this.#tensors;
    const { vocab_size } = this.#program.config;
    const [x, p, dx] = [logits.at, probs.at, dlogits.at];
    return [code.loss, vocab_size, x, p, dx, logits.row, targets, losses];
  }

  #backward(): Part[] {
    const { layers, dlogits, dx, dnorm, emb_norm, emb_scale } = this.#tensors;
    const { lm_head } = this.#layout;
    const last = layers[layers.length - 1].out;
    const part = (stage: Stage, ...instructions: Instruction[]): Part => ({
      pass: 'backward',
      stage,
      instructions
    });
    const backward = layers.flatMap((tensors, l) => [
      part(`layer${l}.attention`, ...this.#attentionBackward(tensors, this.#layout.layers[l])),
      part(`layer${l}.mlp`, ...this.#mlpBackward(tensors, this.#layout.layers[l]))
    ]);
    return [
      part('head', this.#gradient(dlogits, last, lm_head), this.#back(dlogits, lm_head, dx)),
      ...backward.reverse(),
      part(
        'embedding',
        [code.clear, dnorm.at, dnorm.row * this.#tensors.T],
        this.#normBackward(emb_norm, emb_scale, dx, dnorm),
        this.#embed(code.embedBackward, this.#addresses.gradients, dnorm)
      )
    ];
  }

  /** dx is the gradient of the layer's output, and becomes that of what the MLP reads. */
  #mlpBackward(tensors: LayerTensors, { fc1, fc2 }: LayerMatrices): Instruction[] {
    const { mlp_norm, mlp_scale, hidden, active } = tensors;
    const { dx, dhidden, dnorm } = this.#tensors;
    const gate = active === hidden ? finish.gate : finish.gateSquare;
    return [
      this.#gradient(dx, active, fc2),
      this.#back(dx, fc2, dhidden, gate, hidden),
      this.#gradient(dhidden, mlp_norm, fc1),
      this.#back(dhidden, fc1, dnorm),
      this.#normBackward(mlp_norm, mlp_scale, dnorm, dx)
    ];
  }

  /** dx is the gradient of the attention's residual connection, and becomes that of what the layer reads. */
  #attentionBackward(tensors: LayerTensors, { qkv, wo }: LayerMatrices): Instruction[] {
    const { attn_norm, attn_scale, mix, attn_weights } = tensors;
    const { dx, dmix, dqkv, dnorm, dscores, documents } = this.#tensors;
    const { n_head } = this.#program.config;
    const given = [tensors.qkv.at, attn_weights.at, dscores.at, dmix.at, dqkv.at];
    return [
      this.#gradient(dx, mix, wo),
      this.#back(dx, wo, dmix),
      [code.attendBackward, documents, n_head, this.#scale, ...given],
      this.#gradient(dqkv, attn_norm, qkv),
      this.#back(dqkv, qkv, dnorm),
      this.#normBackward(attn_norm, attn_scale, dnorm, dx)
    ];
  }

  #embed(which: number, base: number, x: Rows): Instruction {
    const { tokens, positions } = this.#tensors;
    const { wte, wpe } = this.#layout;
    const tables = [base + 4 * wte.offset, base + 4 * wpe.offset];
    return [which, 4 * wte.width, tokens, positions, ...tables, x.at, x.row];
  }

  #norm(x: Rows, y: Rows, scale: number): Instruction {
    return [code.norm, this.#program.config.n_embd, x.at, y.at, x.row, scale];
  }

  #normBackward(y: Rows, scale: number, dy: Rows, dx: Rows): Instruction {
    return [code.normBackward, this.#program.config.n_embd, y.at, scale, dy.at, dx.at, y.row];
  }

  /** y = finish(x · wᵀ) */
  #product(x: Rows, w: Matrix, y: Rows, how: number = finish.store, r: Rows = y): Instruction {
    const { offset, n_in, n_out } = w;
    const b = [this.#addresses.transposed + 4 * offset, PANEL_ROW, n_in * PANEL_ROW];
    return [
      ...[code.product, OF_THE_BATCH, n_out / 8, n_in, x.at, x.row, 4, ...b],
      ...[y.at, y.row, PANEL_ROW, r.at, how]
    ];
  }

  /** dx = finish(dy · w) */
  #back(dy: Rows, w: Matrix, dx: Rows, how: number = finish.store, r: Rows = dx): Instruction {
    const { offset, n_in, n_out } = w;
    const b = [this.#addresses.weights + 4 * offset, PANEL_ROW, n_out * PANEL_ROW];
    return [
      ...[code.product, OF_THE_BATCH, n_in / 8, n_out, dy.at, dy.row, 4, ...b],
      ...[dx.at, dx.row, PANEL_ROW, r.at, how]
    ];
  }

  /** dw += dyᵀ · x */
  #gradient(dy: Rows, x: Rows, { offset, n_in, n_out }: Matrix): Instruction {
    const dw = this.#addresses.gradients + 4 * offset;
    return [
      ...[code.product, n_out, n_in / 8, OF_THE_BATCH, dy.at, 4, dy.row, x.at, x.row, PANEL_ROW],
      ...[dw, PANEL_ROW, n_out * PANEL_ROW, dw, finish.add]
    ];
  }
}

/** The bits of an f32 as an integer. */
function bitsOf(x: number): number {
  return new Int32Array(Float32Array.of(x).buffer)[0];
}
