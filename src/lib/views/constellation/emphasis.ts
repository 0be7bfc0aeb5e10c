/** What the reader looks at more closely; null where nothing is held. */
export interface Pin {
  readonly token: number | null;
  /** A head of a layer. */
  readonly head: { readonly layer: number; readonly head: number } | null;
}

export const noPin: Pin = { token: null, head: null };

/** Which layers and heads are shown. */
export interface Filter {
  readonly layers: readonly boolean[];
  readonly heads: readonly boolean[];
}

/** How strongly what is not pinned is drawn. */
const ASIDE = { query: 1, key: 0.5, other: 0.07, head: 0.12 } as const;

/** Share of its brightness that an edge from s to t keeps while a token is pinned. */
export function tokenEmphasis(pinned: number | null, t: number, s: number): number {
  if (pinned === null || t === pinned) return ASIDE.query;
  return s === pinned ? ASIDE.key : ASIDE.other;
}

/** The same for a head of a layer; 0 where it is filtered out. */
export function headEmphasis(
  { layers, heads }: Filter,
  { head: pinned }: Pin,
  layer: number,
  head: number
): number {
  if (layers[layer] === false || heads[head] === false) return 0;
  if (pinned === null) return 1;
  return pinned.layer === layer && pinned.head === head ? 1 : ASIDE.head;
}
