/** Says what is wrong with a line in one sentence; null if the line is right. */
export type Validate = (line: string) => string | null;

export type PackId =
  'regex' | 'abc_music' | 'chess_pgn' | 'sql_snippets' | 'arithmetic' | 'json' | 'names';

/** A text that a run can learn. The text itself is read by the caller and handed in. */
export interface Pack {
  readonly id: PackId;
  readonly title: string;
  /** What the lines are, in one sentence. */
  readonly description: string;
  /** What makes a line valid, in one sentence; null where there is no such rule. */
  readonly rule: string | null;
  /** The text's file in the folder packs/. */
  readonly file: string;
  /** Where the whole text is published, if the file only stands in for it. */
  readonly address: string | null;
  /** Loads the check of a line on demand (chess brings a library along); null where there is no rule. */
  readonly validator: (() => Promise<{ validate: Validate }>) | null;
}

/** Every pack, in the order in which they are offered. */
export const packs: readonly Pack[] = [
  {
    id: 'regex',
    title: 'Email patterns',
    description: 'Regular expressions for email addresses, written ^{class}+@{domain}$.',
    rule: 'A class, an @ and a domain with escaped dots, in a pattern that compiles.',
    file: 'regex.txt',
    address: null,
    validator: () => import('./validators/regex')
  },
  {
    id: 'abc_music',
    title: 'ABC tunes',
    description: 'Four-bar tunes in ABC notation: scales, arpeggios and alternating notes.',
    rule: 'A number, a key, and four bars with the same number of notes.',
    file: 'abc_music.txt',
    address: null,
    validator: () => import('./validators/abc_music')
  },
  {
    id: 'chess_pgn',
    title: 'Chess openings',
    description: 'The first three moves of four families of chess openings.',
    rule: 'Three moves of each side, every one of them legal.',
    file: 'chess_pgn.txt',
    address: null,
    validator: () => import('./validators/chess_pgn')
  },
  {
    id: 'sql_snippets',
    title: 'SQL queries',
    description: 'Queries for one column of one table with one comparison.',
    rule: 'A known table, columns that it has, and a comparison of an integer column.',
    file: 'sql_snippets.txt',
    address: null,
    validator: () => import('./validators/sql_snippets')
  },
  {
    id: 'arithmetic',
    title: 'Sums',
    description: 'Sums without and with a carry, and differences that are not negative.',
    rule: 'The sum or the difference is right.',
    file: 'arithmetic.txt',
    address: null,
    validator: () => import('./validators/arithmetic')
  },
  {
    id: 'json',
    title: 'JSON records',
    description: 'Records of a word and a number, with five pairs of keys.',
    rule: 'It parses, and has the two keys of one pair with a word and a whole number.',
    file: 'json.txt',
    address: null,
    validator: () => import('./validators/json')
  },
  {
    id: 'names',
    title: 'Names',
    description: 'The 32,033 first names that microgpt learns from.',
    rule: null,
    file: 'names_builtin.txt',
    address: 'https://raw.githubusercontent.com/karpathy/makemore/988aa59/names.txt',
    validator: null
  }
];

/** The pack of that id, or undefined if there is none. */
export function packById(id: string): Pack | undefined {
  return packs.find((pack) => pack.id === id);
}
