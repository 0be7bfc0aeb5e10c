import type { Reals } from '../ops/operation';
import type { Program } from '../program';
import { dot, type GroupOrAll } from './groups';

/**
 * Cosines of the angles between tokens' gradients, (n, n) row-major: 1 where two tokens pull the same way, −1 where
 * they pull against each other. NaN for a token whose gradient in the group is 0.
 */
export function cosines(
  program: Program,
  gradients: readonly Reals[],
  group: GroupOrAll = 'all'
): Float64Array {
  const n = gradients.length;
  const norms = gradients.map((g) => Math.sqrt(dot(program, group, g, g)));
  const matrix = new Float64Array(n * n);
  for (let s = 0; s < n; s++) {
    for (let t = 0; t <= s; t++) {
      const product = dot(program, group, gradients[s], gradients[t]);
      const cosine = product / (norms[s] * norms[t]);
      matrix[s * n + t] = matrix[t * n + s] = Math.max(-1, Math.min(1, cosine));
    }
  }
  return matrix;
}
