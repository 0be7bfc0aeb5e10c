import { formatSmall, quoteToken } from '../format';
import { edgeAt, edgeIndex, headEntropy, type Edge, type Edges } from './edges';
import { headRole, ROLE_SHARE } from './headRoles';
import type { Picture } from './picture';

/** One edge as a sentence, its number first: `α 0.431 · layer 0 head 2 · “n” (5) looks at “a” (3)`. */
export function edgeSentence(picture: Picture, index: number): string {
  const { edges, inputs, mode } = picture;
  const { layer, head, t, s } = edgeAt(edges, index);
  const name = (position: number) => `${quoteToken(inputs[position])} (${position})`;
  const number = `${mode.symbol} ${edgeNumber(picture, index)}`;
  return `${number} · layer ${layer} head ${head} · ${name(t)} looks at ${name(s)}`;
}

/** The number of an edge with its unit. */
export function edgeNumber({ edges, mode }: Picture, index: number): string {
  const value = edges.values[index];
  const number = mode.id === 'attention' ? value.toFixed(3) : formatSmall(value);
  return mode.unit ? `${number} ${mode.unit}` : number;
}

/** The largest edge of a query: in one head, or in any. */
export function strongestEdge({ edges }: Picture, { t, ...wanted }: Wanted): number {
  let best = edgeIndex(edges, wanted.layer ?? 0, wanted.head ?? 0, t, 0);
  for (let layer = wanted.layer ?? 0; layer <= (wanted.layer ?? edges.n_layer - 1); layer++) {
    for (let head = wanted.head ?? 0; head <= (wanted.head ?? edges.n_head - 1); head++) {
      best = strongestOf(edges, best, edgeIndex(edges, layer, head, t, 0), t + 1);
    }
  }
  return best;
}

/** The query, and the head where only one is meant. */
type Wanted = Pick<Edge, 't'> & Partial<Pick<Edge, 'layer' | 'head'>>;

function strongestOf({ values }: Edges, best: number, first: number, count: number): number {
  for (let i = first; i < first + count; i++) {
    if (Math.abs(values[i]) > Math.abs(values[best])) best = i;
  }
  return best;
}

/** What a head is for, where it can be told, and how surely it looks from one token. */
export function headSentence({ frame }: Picture, { layer, head, t }: Omit<Edge, 's'>): string {
  const { n_head, T } = frame.attention;
  const bits = headEntropy(frame.attention)[(layer * n_head + head) * T + t];
  const role = headRole(frame.attention, layer, head);
  const habit = role && role.share > ROLE_SHARE ? `, mostly ${roleNames[role.name]}` : '';
  return `entropy ${bits.toFixed(2)} bits${habit}`;
}

export const roleNames = {
  previous: 'the token before',
  first: 'the first token',
  self: 'the token itself'
} as const;
