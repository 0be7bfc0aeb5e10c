import type { Batch } from './batch';
import type { Frame } from './engine';
import type { Program } from './program';

/**
 * The forward pass of a batch's first document, in arrays of its own.
 * @param values every activation of the program after that forward pass, by name; may be longer than the document
 */
export function frameOf(
  { config }: Program,
  { step, batch }: { readonly step: number; readonly batch: Batch },
  values: ReadonlyMap<string, Float64Array>
): Frame {
  const T = batch.lengths[0];
  const first = (name: string, row: number) => values.get(name)!.slice(0, T * row);
  return {
    step,
    T,
    tokens: batch.tokens.slice(0, T),
    targets: batch.targets.slice(0, T),
    losses: first('losses', 1),
    probs: first('probs', config.vocab_size),
    attention: Array.from({ length: config.n_layer }, (_, l) =>
      first(`layer${l}.attn_weights`, config.n_head * config.block_size)
    )
  };
}
