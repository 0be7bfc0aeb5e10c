import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { blocklist } from './blocklist';

/** A text that a run learns: its documents, in order, as microgpt reads them. */
export interface Corpus {
  /** A pack's id, or `upload:` and the start of the hash. */
  readonly id: string;
  readonly title: string;
  /** The documents, joined by \n. */
  readonly text: string;
  readonly docs: readonly string[];
  /** SHA-256 of the text's UTF-8, 64 hex digits. */
  readonly hash: string;
}

/** What an upload must hold to; characters are Unicode code points. */
export const uploadLimits = {
  extension: '.txt',
  /** Bytes of the file as it comes: 200 KiB. */
  bytes: 200 * 1024,
  /** Characters of the processed text, line ends included. */
  characters: 200_000,
  /** Different characters in the documents: the vocabulary without BOS. */
  distinctCharacters: 256
} as const;

/** The rule that an upload broke. */
export type UploadRule =
  | 'name'
  | 'bytes'
  | 'encoding'
  | 'control'
  | 'empty'
  | 'characters'
  | 'distinctCharacters'
  | 'blocklist';

/** A text that cannot be a corpus. The message reads `who: needs rule, got what`. */
export class CorpusError extends Error {
  override name = 'CorpusError';

  constructor(
    readonly rule: UploadRule,
    message: string
  ) {
    super(message);
  }
}

/** A corpus from raw text. No check but the reading: a pack's text is ours. */
export function buildCorpus(id: string, title: string, rawText: string): Corpus {
  const docs = readDocs(rawText);
  const text = docs.join('\n');
  return { id, title, text, docs, hash: hashText(text) };
}

/** The lines of a text as Python reads them: \r\n and \r end a line too, strip(), no empty lines. */
export function readDocs(rawText: string): string[] {
  return rawText
    .split(/\r\n|\r|\n/)
    .map(strip)
    .filter((line) => line !== '');
}

/**
 * A corpus from the bytes of a file that a reader chose, dropped or pasted.
 * Throws CorpusError with the first rule that the file breaks; nothing leaves this function but that.
 */
export function readUpload(bytes: Uint8Array, fileName: string): Corpus {
  checkName(fileName);
  checkBytes(bytes);
  const rawText = decode(bytes);
  checkControls(rawText);
  const { title, text, docs, hash } = buildCorpus('upload', fileName, rawText);
  checkCharacters(text, docs);
  checkBlocklist(text);
  return { id: `upload:${hash.slice(0, 12)}`, title, text, docs, hash };
}

function hashText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/** The characters that Python's str.isspace() holds for white; all lie in the BMP. */
const pythonSpaces = new Set(
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007' +
    '\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000'
);

/** Python's str.strip(). A loop: a pattern with `+$` takes quadratic time on a long blank. */
function strip(line: string): string {
  let start = 0;
  let end = line.length;
  while (start < end && pythonSpaces.has(line[start])) start += 1;
  while (end > start && pythonSpaces.has(line[end - 1])) end -= 1;
  return line.slice(start, end);
}

function checkName(fileName: string): void {
  if (fileName.toLowerCase().endsWith(uploadLimits.extension)) return;
  const got = fileName === '' ? 'no name' : fileName;
  throw new CorpusError('name', `upload: needs a ${uploadLimits.extension} file, got ${got}`);
}

function checkBytes(bytes: Uint8Array): void {
  const { bytes: limit } = uploadLimits;
  if (bytes.length <= limit) return;
  const rule = `needs at most ${limit} bytes (${limit / 1024} KiB)`;
  throw new CorpusError('bytes', `upload: ${rule}, got ${bytes.length}`);
}

/** Text from UTF-8 bytes, without a byte order mark. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const mark = bytes[0] * 256 + bytes[1];
    const got = mark === 0xfffe || mark === 0xfeff ? 'UTF-16' : 'bytes that are not UTF-8';
    throw new CorpusError('encoding', `upload: needs UTF-8 text, got ${got}`);
  }
}

/** Control characters betray a binary file; only white space among them belongs in text. */
function checkControls(rawText: string): void {
  const found = /[^\P{Cc}\t\n\v\f\r\u0085]/u.exec(rawText);
  if (!found) return;
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  const got = `U+${code} in line ${lineAt(rawText, found.index)}`;
  throw new CorpusError('control', `upload: needs text without control characters, got ${got}`);
}

function checkCharacters(text: string, docs: readonly string[]): void {
  if (docs.length === 0) {
    throw new CorpusError('empty', 'upload: needs at least one line that is not blank, got none');
  }
  const { characters, distinctCharacters } = uploadLimits;
  const length = [...text].length;
  if (length > characters) {
    const rule = `needs at most ${characters} characters after trimming`;
    throw new CorpusError('characters', `upload: ${rule}, got ${length}`);
  }
  const distinct = new Set(docs.join('')).size;
  if (distinct > distinctCharacters) {
    const rule = `needs at most ${distinctCharacters} different characters`;
    throw new CorpusError('distinctCharacters', `upload: ${rule}, got ${distinct}`);
  }
}

function checkBlocklist(text: string): void {
  for (const { name, pattern, why } of blocklist) {
    const found = pattern.exec(text);
    if (!found) continue;
    const got = `${name} in line ${lineAt(text, found.index)} after trimming`;
    throw new CorpusError('blocklist', `upload: needs text without ${name} (${why}), got ${got}`);
  }
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split(/\r\n|\r|\n/).length;
}
