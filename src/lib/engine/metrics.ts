import type { GroupNorms } from './engine';
import type { Reals } from './ops/operation';
import { parameterGroups, type Program } from './program';

/** Euclidean norm of each parameter group of a flat array laid out by `program.parameters`. */
export function groupNorms(program: Program, flat: Reals): GroupNorms {
  return normsOf(program, (from, to) => {
    let square = 0;
    for (let i = from; i < to; i++) square += flat[i] * flat[i];
    return square;
  });
}

/** Norms from a function that tells the sum of squares of one parameter's range. */
export function normsOf(
  program: Program,
  squares: (from: number, to: number) => number
): GroupNorms {
  const sums = { embeddings: 0, attention: 0, mlp: 0, lm_head: 0 };
  for (const { group, offset, size } of program.parameters) {
    sums[group] += squares(offset, offset + size);
  }
  for (const group of parameterGroups) sums[group] = Math.sqrt(sums[group]);
  return sums;
}

/** Norm of all groups together. */
export function totalNorm(norms: GroupNorms): number {
  return Math.sqrt(parameterGroups.reduce((sum, group) => sum + norms[group] ** 2, 0));
}

export interface RankedToken {
  readonly token_id: number;
  readonly prob: number;
}

/** The k most probable tokens, most probable first; equal ones by id. */
export function topK(probs: ArrayLike<number>, k: number): RankedToken[] {
  return Array.from(probs, (prob, token_id) => ({ token_id, prob }))
    .sort((a, b) => b.prob - a.prob || a.token_id - b.token_id)
    .slice(0, k);
}

/** Rank of a token among probabilities, 1 = the most probable. */
export function rankOf(probs: ArrayLike<number>, token_id: number): number {
  let rank = 1;
  for (let id = 0; id < probs.length; id++) {
    if (probs[id] > probs[token_id] || (probs[id] === probs[token_id] && id < token_id)) rank++;
  }
  return rank;
}

/** e^loss: how many equally likely tokens the model hesitates between. */
export function perplexity(loss: number): number {
  return Math.exp(loss);
}
