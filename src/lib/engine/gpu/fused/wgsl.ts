import { STEP_NUMBERS, STEP_STRUCTS } from './stepUniforms';

/** The storage buffers, by binding number after the span at 0. */
export const bindings = [
  ['read', 'steps', 'Step'],
  /**
   * Of each step its rows (token, target, row where the document begins, number of its rows) and its links: for each
   * token the first row that has it, then for each row the next of the same token.
   */
  ['read', 'inputs', 'u32'],
  ['read_write', 'weights', 'vec4f'],
  /** m, then v. */
  ['read_write', 'moments', 'vec4f'],
  ['read_write', 'gradients', 'vec4f'],
  ['read_write', 'act', 'vec4f'],
  /** Of each step (gradient², update²) of every tile of weights, then (loss, 0) of every row. */
  ['read_write', 'readings', 'vec2f'],
  ['read_write', 'sums', 'vec2f']
] as const;

export type BufferName = (typeof bindings)[number][1];

/** Work on one item, of which a schedule runs as many as there are. */
export interface FusedKernel {
  readonly name: string;
  /** The name of its WGSL function, `fn id(item: u32)`. */
  readonly id: string;
  /** The function, after those that it calls. */
  readonly code: string;
}

/** A kernel whose items belong to tiles of rows. */
export interface RowKernel extends FusedKernel {
  /** Rows of a tile, a multiple of TILE. */
  readonly rows: number;
  /** Items of a tile; those of the first tile come first. */
  readonly perTile: number;
  /** Tensors of which it reads other rows than its tile's. */
  readonly across: readonly number[];
  /** Tensors of which it writes its own rows; what one kernel of a step has written no later one writes over. */
  readonly writes: readonly number[];
}

type Constants = Readonly<Record<string, number | { readonly float: number }>>;

/**
 * Puts a kernel together.
 * @param constants whole numbers become u32, `{ float }` f32
 * @param body of `fn id(item)`; `slot` is the step's place in `steps`
 * @param functions that the body calls; in the names of one kernel only
 */
export function fusedKernel(
  name: string,
  constants: Constants,
  body: string,
  functions = ''
): FusedKernel {
  const values = Object.entries(constants).map(([constant, value]) =>
    typeof value === 'number'
      ? `const ${constant} = ${value}u;`
      : `const ${constant}: f32 = ${literal(value.float)};`
  );
  const id = name.replace(/\W+/g, '_');
  const code = `${functions}
fn ${id}(item: u32) {
  ${values.join('\n  ')}
${body}
}`;
  return { name, id, code };
}

/** Lanes of a quad stay together, which the compiler cannot see. */
const QUADS = `enable subgroups;
diagnostic(off, subgroup_uniformity);
`;

/** Bytes of the buffers' elements. */
const typeBytes = { Step: 4 * STEP_NUMBERS, u32: 4, vec2f: 8, vec4f: 16 };

/**
 * Bindings and structures, then the functions of these kernels.
 * @param bytes of each buffer: a length that the compiler knows makes every access cheaper
 */
export function sourceOf(
  kernels: readonly FusedKernel[],
  bytes: (buffer: BufferName) => number
): string {
  const declarations = bindings.map(
    ([access, buffer, type], i) =>
      `@group(0) @binding(${i + 1}) var<storage, ${access}> ${buffer}: array<${type}, ${bytes(buffer) / typeBytes[type]}>;`
  );
  return `${kernels.some(({ code }) => code.includes('quadSwap')) ? QUADS : ''}${STEP_STRUCTS}
@group(0) @binding(0) var<uniform> span: Span;
${declarations.join('\n')}

var<private> slot: u32;
${kernels.map(({ code }) => code).join('\n')}
`;
}

export function literal(value: number): string {
  return /[.e]/.test(`${value}`) ? `${value}` : `${value}.0`;
}

/** Token, target, start and length of row t, as kernels read them. */
export const row = (t: string, which: 'token' | 'target' | 'start' | 'length') =>
  `inputs[steps[slot].rows + 4u * ${t} + ${['token', 'target', 'start', 'length'].indexOf(which)}u]`;
