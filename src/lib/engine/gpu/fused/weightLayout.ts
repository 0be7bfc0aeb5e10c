import { parameterGroups, type Parameter, type Program } from '../../program';
import { rowWidth } from './widths';

/** A parameter as the kernels see it. */
export interface PaddedMatrix {
  /** In vec4. */
  readonly offset: number;
  /** A multiple of eight. */
  readonly rows: number;
  /** Of a row, in vec4. */
  readonly width: number;
}

/** `length` weights from place `from` among the padded, and from `to` among the program's. */
export interface WeightRun {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

/** Where each weight lies on the GPU: parameter group after parameter group, rows padded (`Widths`). */
export class WeightLayout {
  readonly #matrices = new Map<string, PaddedMatrix>();
  /** All weights and what fills them up, in vec4. */
  readonly size: number;
  /** Place of each of the program's weights among the padded. */
  readonly places: Uint32Array;

  constructor(program: Program) {
    this.places = new Uint32Array(program.num_params);
    let end = 0;
    for (const group of parameterGroups) {
      const parameters = program.parameters.filter((parameter) => parameter.group === group);
      for (const parameter of parameters) end = this.#place(parameter, program, end);
    }
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

  /** The weights in runs that lie together with padding as without. */
  runs(): WeightRun[] {
    const runs: { from: number; to: number; length: number }[] = [];
    this.places.forEach((from, to) => {
      const last = runs[runs.length - 1];
      if (last && last.from + last.length === from) last.length++;
      else runs.push({ from, to, length: 1 });
    });
    return runs;
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
