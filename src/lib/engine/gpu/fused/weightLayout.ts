import { parameterGroups, type Parameter, type ParameterGroup, type Program } from '../../program';
import { rowWidth } from './widths';

/** Vec4 that one thread of Adam's kernel updates; every group begins and ends at a multiple of it. */
export const UNIT = 4;

/** A parameter as the kernels see it. */
export interface PaddedMatrix {
  /** In vec4. */
  readonly offset: number;
  /** A multiple of eight. */
  readonly rows: number;
  /** Of a row, in vec4. */
  readonly width: number;
}

/** Where each weight lies on the GPU: parameter group after parameter group, rows padded (`Widths`). */
export class WeightLayout {
  readonly #matrices = new Map<string, PaddedMatrix>();
  /** All weights and what fills them up, in vec4. */
  readonly size: number;
  /** Vec4 at which each group begins and ends. */
  readonly groups: Readonly<Record<ParameterGroup, readonly [from: number, to: number]>>;
  /** Place of each of the program's weights among the padded. */
  readonly places: Uint32Array;

  constructor(program: Program) {
    this.places = new Uint32Array(program.num_params);
    const groups: Partial<Record<ParameterGroup, [number, number]>> = {};
    let end = 0;
    for (const group of parameterGroups) {
      const from = end;
      const parameters = program.parameters.filter((parameter) => parameter.group === group);
      for (const parameter of parameters) end = this.#place(parameter, program, end);
      end = Math.ceil(end / UNIT) * UNIT;
      groups[group] = [from, end];
    }
    this.groups = groups as Record<ParameterGroup, [number, number]>;
    this.size = end;
  }

  matrix(name: string): PaddedMatrix {
    return this.#matrices.get(name)!;
  }

  /** Rounds to f32 and puts each number in its place, zeros between. */
  pad(flat: Float64Array): Float32Array<ArrayBuffer> {
    const padded = new Float32Array(4 * this.size);
    for (let i = 0; i < flat.length; i++) padded[this.places[i]] = flat[i];
    return padded;
  }

  unpad(padded: Float32Array): Float64Array {
    return Float64Array.from(this.places, (place) => padded[place]);
  }

  /** For each vec4: 8 · the first of the program's weights in it + how many of its numbers are weights. */
  table(): Uint32Array<ArrayBuffer> {
    const table = new Uint32Array(this.size);
    this.places.forEach((place, i) => {
      if (place % 4 === 0) table[place / 4] = 8 * i;
      table[Math.floor(place / 4)]++;
    });
    return table;
  }

  /** Takes and returns vec4: where the parameter begins and where it ends. */
  #place({ name, shape, offset: flat }: Parameter, { config }: Program, from: number): number {
    const [rows, columns] = shape;
    const headed = paddedHeads(config.n_embd / config.n_head);
    const row = /attn_w[qkv]$/.test(name) ? headed : plain;
    const column = name.endsWith('attn_wo') ? headed : plain;
    const paddedRows = 4 * rowWidth(row(rows - 1) + 1);
    const width = rowWidth(column(columns - 1) + 1);
    this.#matrices.set(name, { offset: from, rows: paddedRows, width });
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        this.places[flat + r * columns + c] = 4 * (from + row(r) * width) + column(c);
      }
    }
    return from + paddedRows * width;
  }
}

function plain(i: number): number {
  return i;
}

/** Moves each head's first number to a multiple of four. */
function paddedHeads(head_dim: number): (i: number) => number {
  const stride = 4 * Math.ceil(head_dim / 4);
  return (i) => Math.floor(i / head_dim) * stride + (i % head_dim);
}
