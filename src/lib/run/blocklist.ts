/** Content that an upload may not have. */
export interface BlockedContent {
  /** What was found, as a message names it. */
  readonly name: string;
  /** Finds it in the processed text; needs time linear in the length of the text. */
  readonly pattern: RegExp;
  /** Why it is refused, for the reader of the message. */
  readonly why: string;
}

const secret = 'a model can recite what it read, and a key must stay secret';
const markup = 'samples are shown in the page and may be pasted elsewhere';
const destructive = 'a sample that is pasted and run must not destroy anything';

/**
 * A guard against accidents, not against attackers: extend it by a row (and by a row of its test).
 * Patterns see trimmed lines joined by \n.
 */
export const blocklist: readonly BlockedContent[] = [
  {
    name: 'a PEM or PGP private key',
    pattern: /-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----/,
    why: secret
  },
  {
    name: 'an SSH2 private key',
    pattern: /---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----/,
    why: secret
  },
  { name: 'a PuTTY private key', pattern: /^PuTTY-User-Key-File-\d+:/m, why: secret },
  { name: 'an age private key', pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{20}/, why: secret },
  {
    name: 'a minisign private key',
    pattern: /^untrusted comment: (?:minisign|signify|rsign) .*secret key/m,
    why: secret
  },
  {
    name: 'a WireGuard private key',
    pattern: /^PrivateKey ?= ?[A-Za-z0-9+/]{43}=/m,
    why: secret
  },
  {
    name: 'a JSON Web Key with its private part',
    pattern: /"d" ?: ?"[A-Za-z0-9_-]{40}/,
    why: secret
  },
  { name: 'an XML private key', pattern: /<D>\s?[A-Za-z0-9+/=]{40}/, why: secret },
  { name: 'a wallet private key', pattern: /\b[xyzt]prv[1-9A-HJ-NP-Za-km-z]{100}/, why: secret },
  { name: 'a script tag', pattern: /<\/?script(?![A-Za-z0-9-])/i, why: markup },
  {
    name: 'SQL that drops a table or database',
    pattern: /\bdrop\s{1,9}(?:table|database|schema)\s{1,9}["'`[\w]/i,
    why: destructive
  },
  {
    name: 'SQL that empties a table',
    pattern: /\btruncate\s{1,9}table\s{1,9}["'`[\w]/i,
    why: destructive
  },
  {
    name: 'SQL that deletes rows',
    pattern: /\bdelete\s{1,9}from\s{1,9}["'`[\w.\]]{1,128}\s{0,9}(?:;|where\b)/i,
    why: destructive
  },
  {
    name: 'SQL that drops a column',
    pattern: /\balter\s{1,9}table\s{1,9}["'`[\w.\]]{1,128}\s{1,9}drop\b/i,
    why: destructive
  },
  {
    name: 'a shell command that deletes recursively by force',
    pattern:
      /\brm (?=(?:[^\s;|&]{1,40} ){0,5}(?:-[a-z]{0,6}r|--recursive))(?=(?:[^\s;|&]{1,40} ){0,5}(?:-[a-z]{0,6}f|--force))/i,
    why: destructive
  },
  {
    name: 'a shell command that overwrites a disk',
    pattern:
      /\bmkfs(?:\.\w{1,12})? [^\n]{0,80}\/dev\/|\bdd [^\n]{0,200}\bof=\/dev\/|> ?\/dev\/(?:[shv]d[a-z]|nvme)/,
    why: destructive
  },
  {
    name: 'a fork bomb',
    pattern: /:\s?\(\s?\)\s?\{\s?:\s?\|\s?:\s?&\s?\}\s?;\s?:/,
    why: destructive
  },
  {
    name: 'a Windows command that deletes recursively or formats a disk',
    pattern:
      /\b(?:del|rd|rmdir|erase) [^\n]{0,80}\/s\b|\bformat [a-z]:|\bremove-item [^\n]{0,80}-recurse\b/i,
    why: destructive
  }
];
