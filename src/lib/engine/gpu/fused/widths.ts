import type { ModelConfig } from '../../program';

/**
 * Lengths of rows in vec4. Fused kernels read four numbers at once and compute eight columns together, so every row is
 * filled up with zeros to a multiple of eight, and every head within it to a multiple of four: zeros add nothing to a
 * sum, and a vec4 never spans two rows or heads.
 */
export interface Widths {
  /** A row of n_embd numbers. */
  readonly embd: number;
  /** One head of a query, key or value. */
  readonly head: number;
  /** All heads of a query, key or value side by side. */
  readonly heads: number;
  /** A row of 4 · n_embd numbers. */
  readonly hidden: number;
  /** A row of logits or probabilities. */
  readonly vocab: number;
  /** Attention weights of one position and head. */
  readonly block: number;
}

export function measureWidths(config: ModelConfig): Widths {
  const { n_embd, n_head, vocab_size, block_size } = config;
  const head = Math.ceil(n_embd / n_head / 4);
  return {
    embd: rowWidth(n_embd),
    head,
    heads: rowWidth(4 * n_head * head),
    hidden: rowWidth(4 * n_embd),
    vocab: rowWidth(vocab_size),
    block: Math.ceil(block_size / 4)
  };
}

/** Length in vec4 of a row of so many numbers. */
export function rowWidth(numbers: number): number {
  return 2 * Math.ceil(numbers / 8);
}
