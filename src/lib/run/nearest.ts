/** The names that take the fewest changes of a letter to reach, nearest first. */
export function nearest(name: string, names: readonly string[], count: number): string[] {
  const ranked = names.map((known) => ({ known, distance: editDistance(name, known) }));
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked.slice(0, count).map(({ known }) => known);
}

/** Levenshtein distance: letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 0; i < from.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < to.length; j++) {
      const replaced = above[j] + Number(from[i] !== to[j]);
      row.push(Math.min(replaced, above[j + 1] + 1, row[j] + 1));
    }
    above = row;
  }
  return above[to.length];
}
