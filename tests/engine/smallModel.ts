import { buildProgram, type ModelConfig, type Program } from '$lib/engine/program';
import type { Random } from '$lib/engine/random';

/** A model small enough to move every weight: vocab_size 7, BOS = 6. */
export const smallModel: ModelConfig = {
  vocab_size: 7,
  n_layer: 1,
  n_embd: 6,
  n_head: 2,
  block_size: 5,
  activation: 'relu',
  batch_size: 3
};

/** A program with weights large enough that every part of it matters. */
export function drawModel(
  config: Partial<ModelConfig>,
  random: Random
): { program: Program; weights: Float64Array } {
  const program = buildProgram({ ...smallModel, ...config });
  const weights = Float64Array.from({ length: program.num_params }, () => random.gauss(0, 0.5));
  return { program, weights };
}

/** Letters as token ids a = 0, b = 1, …, BOS on both sides. */
export function encode(text: string, BOS = smallModel.vocab_size - 1): Int32Array {
  return Int32Array.from([BOS, ...[...text].map((letter) => letter.charCodeAt(0) - 97), BOS]);
}

/** The tensors of all parameters as one array, laid out as the weights. */
export function flatten(
  program: Program,
  tensors: ReadonlyMap<string, Float64Array>
): Float64Array {
  return Float64Array.from(program.parameters.flatMap(({ name }) => [...tensors.get(name)!]));
}
