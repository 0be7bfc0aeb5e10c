import { parameterGroups, type ParameterGroup, type Program } from '../program';

/** Numbers in the smallest piece of a row that kernels work on together. */
const PANEL = 8;

/** A number filled up to a whole number of panels. */
export function panels(numbers: number): number {
  return PANEL * Math.ceil(numbers / PANEL);
}

/** A table of rows, one after another. */
export interface Table {
  /** In numbers, as are all offsets here. */
  readonly offset: number;
  readonly width: number;
}

/**
 * A matrix (n_out, n_in) in panels of eight inputs: [n_in / 8][n_out][8]. Rows and columns are filled up with zeros to
 * multiples of eight.
 */
export interface Matrix {
  readonly offset: number;
  readonly n_out: number;
  readonly n_in: number;
}

export interface LayerMatrices {
  /** attn_wq, attn_wk and attn_wv as one matrix. */
  readonly qkv: Matrix;
  readonly wo: Matrix;
  readonly fc1: Matrix;
  readonly fc2: Matrix;
}

type Place = (row: number, column: number) => number;

/**
 * Where each weight lies among the weights as the kernels read them, group after group. Gradients and moments share the
 * layout. Within queries, keys and values each head is filled up to a multiple of four.
 */
export class WeightLayout {
  readonly wte: Table;
  readonly wpe: Table;
  readonly layers: readonly LayerMatrices[];
  readonly lm_head: Matrix;
  /** Numbers of one head, and of all heads of a query, key or value. */
  readonly head: number;
  readonly heads: number;
  readonly size: number;
  /** Where each group begins and ends. */
  readonly groups: Readonly<Record<ParameterGroup, readonly [from: number, to: number]>>;
  readonly #places: Uint32Array;
  #end = 0;

  constructor({ config, parameters, num_params }: Program) {
    const { n_embd: C, n_head, n_layer, vocab_size, block_size } = config;
    const head_dim = C / n_head;
    this.head = 4 * Math.ceil(head_dim / 4);
    this.heads = n_head * this.head;
    const each = <T>(make: (layer: number) => T) =>
      Array.from({ length: n_layer }, (_, l) => make(l));
    const groups: Partial<Record<ParameterGroup, [number, number]>> = {};
    const group = <T>(name: ParameterGroup, make: () => T): T => {
      const from = this.#end;
      const made = make();
      groups[name] = [from, this.#end];
      return made;
    };
    [this.wte, this.wpe] = group('embeddings', () => [
      this.#table(vocab_size, C),
      this.#table(block_size, C)
    ]);
    const attention = group('attention', () =>
      each(() => ({ qkv: this.#matrix(3 * this.heads, C), wo: this.#matrix(C, this.heads) }))
    );
    const mlp = group('mlp', () =>
      each(() => ({ fc1: this.#matrix(4 * C, C), fc2: this.#matrix(C, 4 * C) }))
    );
    this.lm_head = group('lm_head', () => this.#matrix(vocab_size, C));
    this.layers = attention.map((matrices, l) => ({ ...matrices, ...mlp[l] }));
    this.groups = groups as Record<ParameterGroup, [number, number]>;
    this.size = this.#end;
    this.#places = new Uint32Array(num_params);
    for (const { name, shape, offset } of parameters) {
      const place = this.#placeOf(name, head_dim);
      const [rows, columns] = shape;
      for (let r = 0; r < rows; r++) {
        for (let c = 0; c < columns; c++) this.#places[offset + r * columns + c] = place(r, c);
      }
    }
    if (parameterGroups.some((name) => !this.groups[name])) throw new Error('a group is missing');
  }

  /** Rounds numbers laid out by `program.parameters` to f32 and puts each in its place, zeros between. */
  place(flat: Float64Array, placed: Float32Array): void {
    placed.fill(0);
    for (let i = 0; i < flat.length; i++) placed[this.#places[i]] = flat[i];
  }

  /** Numbers laid out by `program.parameters`. */
  collect(placed: Float32Array): Float64Array {
    const flat = new Float64Array(this.#places.length);
    for (let i = 0; i < flat.length; i++) flat[i] = placed[this.#places[i]];
    return flat;
  }

  #take(numbers: number): number {
    const at = this.#end;
    this.#end += numbers;
    return at;
  }

  #table(rows: number, columns: number): Table {
    const width = panels(columns);
    return { offset: this.#take(rows * width), width };
  }

  #matrix(rows: number, columns: number): Matrix {
    const [n_out, n_in] = [panels(rows), panels(columns)];
    return { offset: this.#take(n_out * n_in), n_out, n_in };
  }

  #placeOf(name: string, head_dim: number): Place {
    if (name === 'wte' || name === 'wpe') {
      const { offset, width } = this[name];
      return (r, c) => offset + r * width + c;
    }
    if (name === 'lm_head') return placeIn(this.lm_head);
    const [, layer, kind] = /^layer(\d+)\.(\w+)$/.exec(name)!;
    const { qkv, wo, fc1, fc2 } = this.layers[Number(layer)];
    const headed = (i: number) => Math.floor(i / head_dim) * this.head + (i % head_dim);
    if (kind === 'mlp_fc1') return placeIn(fc1);
    if (kind === 'mlp_fc2') return placeIn(fc2);
    if (kind === 'attn_wo') return (r, c) => placeIn(wo)(r, headed(c));
    const first = ['attn_wq', 'attn_wk', 'attn_wv'].indexOf(kind) * this.heads;
    return (r, c) => placeIn(qkv)(first + headed(r), c);
  }
}

function placeIn({ offset, n_out }: Matrix): Place {
  return (o, i) => offset + (Math.floor(i / PANEL) * n_out + o) * PANEL + (i % PANEL);
}
