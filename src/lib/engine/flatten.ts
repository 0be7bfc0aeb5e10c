import type { Program } from './program';

/** The tensors of all parameters as one array, laid out by `program.parameters`. */
export function flatten(
  program: Program,
  tensors: ReadonlyMap<string, Float64Array>
): Float64Array {
  const flat = new Float64Array(program.num_params);
  for (const { name, offset } of program.parameters) flat.set(tensors.get(name)!, offset);
  return flat;
}
