/** `count` items, evenly spaced over a list, its first among them. */
export function spread<Item>(items: readonly Item[], count: number): Item[] {
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]);
}
