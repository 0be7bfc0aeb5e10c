import type { AttentionFrame } from '../../run/snapshot';

/** What a head mostly looks at, over the queries where these three differ (from the third on). */
export interface HeadRole {
  readonly name: 'previous' | 'first' | 'self';
  /** Mean share of attention, 0 … 1. */
  readonly share: number;
}

/** Whose share a head must give for the role to be named. */
export const ROLE_SHARE = 0.5;

/** The likeliest role of a head; null where the text is too short to tell. */
export function headRole(attention: AttentionFrame, layer: number, head: number): HeadRole | null {
  const { n_head, T, weights } = attention;
  if (T < 3) return null;
  const mean = (keyOf: (t: number) => number) => {
    let sum = 0;
    for (let t = 2; t < T; t++) sum += weights[((layer * n_head + head) * T + t) * T + keyOf(t)];
    return sum / (T - 2);
  };
  const roles: HeadRole[] = [
    { name: 'previous', share: mean((t) => t - 1) },
    { name: 'first', share: mean(() => 0) },
    { name: 'self', share: mean((t) => t) }
  ];
  return roles.reduce((best, role) => (role.share > best.share ? role : best));
}
