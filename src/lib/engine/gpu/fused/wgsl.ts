import { TILE } from './activationLayout';
import { STEP_STRIDE, STEP_STRUCT } from './stepUniforms';

/** Which buffers a kernel sees. */
export type Bindings = 'model' | 'adam' | 'sums';

/** Buffers of each kind of kernel, by binding number after the step's uniforms at 0. */
export const bindings = {
  /**
   * rows: token, target, row where the document begins, number of its rows.
   * links: for each token the first row that has it; for each row the next of the same token.
   */
  model: [
    ['read', 'rows', 'vec4u'],
    ['read', 'links', 'u32'],
    ['read', 'weights', 'vec4f'],
    ['read_write', 'act', 'vec4f'],
    ['read_write', 'gradients', 'vec4f'],
    ['read_write', 'losses', 'f32']
  ],
  /** moments: m, then v. flat: the weights without padding. table: `WeightLayout.table`. */
  adam: [
    ['read_write', 'weights', 'vec4f'],
    ['read', 'gradients', 'vec4f'],
    ['read_write', 'moments', 'vec4f'],
    ['read_write', 'flat', 'f32'],
    ['read', 'table', 'u32'],
    ['read_write', 'squares', 'vec2f']
  ],
  sums: [
    ['read', 'losses', 'f32'],
    ['read', 'squares', 'vec2f'],
    ['read_write', 'sums', 'vec2f']
  ]
} as const satisfies Record<
  Bindings,
  readonly (readonly ['read' | 'read_write', string, string])[]
>;

export type BufferName = (typeof bindings)[Bindings][number][1];

/** A compute shader of the fused path. */
export interface FusedKernel {
  readonly name: string;
  readonly bindings: Bindings;
  readonly code: string;
}

/**
 * Puts a kernel together: bindings, constants (whole numbers become u32, `{ float }` f32) and body, which is the text
 * of `fn main(id)` unless it brings functions of its own before `@main`.
 */
export function fusedKernel(
  name: string,
  kind: Bindings,
  constants: Readonly<Record<string, number | { readonly float: number }>>,
  body: string
): FusedKernel {
  const declarations = bindings[kind].map(
    ([access, buffer, type], i) =>
      `@group(0) @binding(${i + 1}) var<storage, ${access}> ${buffer}: array<${type}>;`
  );
  const values = Object.entries(constants).map(([constant, value]) =>
    typeof value === 'number'
      ? `const ${constant} = ${value}u;`
      : `const ${constant}: f32 = ${literal(value.float)};`
  );
  const step =
    kind === 'sums'
      ? `struct Slice { @size(${STEP_STRIDE}) step: Step }
@group(0) @binding(0) var<storage, read> steps: array<Slice>;`
      : '@group(0) @binding(0) var<uniform> step: Step;';
  const [functions, main] = body.includes('@main') ? body.split('@main') : ['', body];
  const code = `${STEP_STRUCT}
${step}
${declarations.join('\n')}

${values.join('\n')}
${functions}
override WORKGROUP: u32;
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(global_invocation_id) id: vec3u) {${main}}
`;
  return { name, bindings: kind, code };
}

function literal(value: number): string {
  return /[.e]/.test(`${value}`) ? `${value}` : `${value}.0`;
}

/** A line of WGSL for each row of a tile, `$` standing for the row's number. */
export function eachRow(line: string): string {
  return Array.from({ length: TILE }, (_, row) => line.replaceAll('$', `${row}`)).join('\n  ');
}
