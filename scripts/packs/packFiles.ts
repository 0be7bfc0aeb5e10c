import { abcMusic } from './abcMusic';
import { arithmetic } from './arithmetic';
import { chessPgn } from './chessPgn';
import { json } from './json';
import { regex } from './regex';
import { sqlSnippets } from './sqlSnippets';

/** The generator of each file in packs/ that is generated. */
const generators: Record<string, () => string[]> = {
  'regex.txt': regex,
  'abc_music.txt': abcMusic,
  'chess_pgn.txt': chessPgn,
  'sql_snippets.txt': sqlSnippets,
  'arithmetic.txt': arithmetic,
  'json.txt': json
};

/** Every generated file: its name and its text, one line per document. */
export function packFiles(): Map<string, string> {
  const files = Object.entries(generators);
  return new Map(files.map(([name, lines]) => [name, `${lines().join('\n')}\n`]));
}

/**
 * What differs between the generated files and the ones found, one message per file.
 * `readText` gives the text of a file, or null if there is none.
 */
export function differences(
  files: ReadonlyMap<string, string>,
  readText: (name: string) => string | null
): string[] {
  return [...files].flatMap(([name, wanted]) => {
    const found = readText(name);
    if (found === wanted) return [];
    return found === null ? `packs/${name}: missing` : describe(name, wanted, found);
  });
}

/** Names the first line that differs. */
function describe(name: string, wanted: string, found: string): string {
  const wantedLines = wanted.split('\n');
  const foundLines = found.split('\n');
  const length = Math.max(wantedLines.length, foundLines.length);
  let i = 0;
  while (i < length && wantedLines[i] === foundLines[i]) i += 1;
  const [needs, got] = [wantedLines[i], foundLines[i]].map((line) => JSON.stringify(line ?? null));
  return `packs/${name}: line ${i + 1} needs ${needs}, got ${got}`;
}
