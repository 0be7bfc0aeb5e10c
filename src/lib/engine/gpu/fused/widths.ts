import type { ModelConfig } from '../../program';

/**
 * Lengths of rows in vec4. Fused kernels read four numbers at once, so every row, and every head within a row, is
 * filled up with zeros to a multiple of four: zeros add nothing to a sum, and a vec4 never spans two rows or heads.
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
  const head = inVec4(n_embd / n_head);
  return {
    embd: inVec4(n_embd),
    head,
    heads: n_head * head,
    hidden: n_embd,
    vocab: inVec4(vocab_size),
    block: inVec4(block_size)
  };
}

/** Number of vec4 that hold so many numbers. */
export function inVec4(numbers: number): number {
  return Math.ceil(numbers / 4);
}
