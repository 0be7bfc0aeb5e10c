import type { Edges } from './edges';
import type { SceneMove } from './sceneKeys';

/** A token, and a head of a layer. */
export interface Place {
  readonly token: number;
  readonly layer: number;
  readonly head: number;
}

/** Where a move of the keyboard leads; heads follow each other through all layers, round and round. */
export function steer(
  move: Exclude<SceneMove, { release: true }>,
  from: Place,
  { n_layer, n_head, T }: Omit<Edges, 'values'>
): Place {
  if ('token' in move) {
    const last = T - 1;
    const to = { previous: from.token - 1, next: from.token + 1, first: 0, last }[move.token];
    return { ...from, token: Math.min(Math.max(to, 0), last) };
  }
  const count = n_layer * n_head;
  const by = move.head === 'next' ? 1 : -1;
  const head = (from.layer * n_head + from.head + by + count) % count;
  return { ...from, layer: Math.floor(head / n_head), head: head % n_head };
}
