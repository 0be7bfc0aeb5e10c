import type { RecordedFrame } from '../../run/snapshot';
import type { Stars } from './layout';

/**
 * (levels, T) brightness of each star in 0 … 1. Below: the mean attention that the next layer's heads pay to the position,
 * over the queries that may see it. On the top level: the probability that the model gives to the token that follows.
 */
export function starGlow({ attention, tokens }: RecordedFrame): Float32Array {
  if (!attention) return new Float32Array(0);
  const { n_layer, n_head, T, weights } = attention;
  const glow = new Float32Array((n_layer + 1) * T);
  for (let row = 0; row < n_layer * n_head * T; row++) {
    const layer = Math.floor(row / (n_head * T));
    for (let s = 0; s <= row % T; s++) glow[layer * T + s] += weights[row * T + s];
  }
  for (let star = 0; star < n_layer * T; star++) glow[star] /= n_head * (T - (star % T));
  for (let t = 0; t < T; t++) glow[n_layer * T + t] = tokens[t].target_prob;
  return glow;
}

/** Numbers for one star: its place, then how it is drawn. */
export const STAR_STRIDE = 8;

export const starField = { radius: 3, glow: 4, ring: 5, token: 6, level: 7 } as const;

/** Around a star: nothing, a thin ring (pinned), or a strong one (has the focus). */
export const ringKind = { none: 0, pinned: 1, focused: 2 } as const;

export function starRadius(spacing: number): number {
  return Math.min(0.042, 0.008 + 0.14 * spacing);
}

export interface StarStyle {
  /** (levels, T). */
  readonly glow: Float32Array;
  /** Position whose stars have a ring; null for none. */
  readonly pinned: number | null;
  /** Whether the keyboard is on it. */
  readonly focused: boolean;
}

/** Writes every star; `instances` must hold all of them. */
export function writeStars(instances: Float32Array, stars: Stars, style: StarStyle): void {
  const { T, levels, positions, spacing } = stars;
  const ring = style.focused ? ringKind.focused : ringKind.pinned;
  for (let star = 0; star < levels * T; star++) {
    const at = star * STAR_STRIDE;
    for (let axis = 0; axis < 3; axis++) instances[at + axis] = positions[3 * star + axis];
    instances[at + starField.radius] = starRadius(spacing);
    instances[at + starField.glow] = style.glow[star];
    instances[at + starField.ring] = star % T === style.pinned ? ring : ringKind.none;
    instances[at + starField.token] = star % T;
    instances[at + starField.level] = Math.floor(star / T);
  }
}
