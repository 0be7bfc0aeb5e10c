import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { buildCorpus, uploadLimits, type Corpus } from '../lib/run/corpus';
import { packById, packs } from '../lib/run/packs';
import { ArgumentError } from './arguments';

const packFolder = new URL('../../packs/', import.meta.url);

/** The corpus of a pack's id. */
export function readPack(id: string): Corpus {
  const pack = packById(id);
  if (!pack) {
    throw new ArgumentError(`pack: needs ${packs.map((p) => p.id).join(' or ')}, got ${id}`);
  }
  return buildCorpus(pack.id, pack.title, readFileSync(new URL(pack.file, packFolder), 'utf8'));
}

/** The corpus of a text file, of any length. */
export function readCorpusFile(path: string): Corpus {
  const corpus = buildCorpus('upload', basename(path), decode(readBytes(path), path));
  const distinct = new Set(corpus.docs.join('')).size;
  const { distinctCharacters } = uploadLimits;
  if (corpus.docs.length === 0) {
    throw new ArgumentError(`corpus: needs a line that is not blank, got none in ${path}`);
  }
  if (distinct > distinctCharacters) {
    const rule = `needs at most ${distinctCharacters} different characters`;
    throw new ArgumentError(`corpus: ${rule}, got ${distinct} in ${path}`);
  }
  return { ...corpus, id: `upload:${corpus.hash.slice(0, 12)}` };
}

function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ArgumentError(
      `corpus: needs a file that can be read, got ${(error as Error).message}`
    );
  }
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ArgumentError(`corpus: needs UTF-8 text, got other bytes in ${path}`);
  }
}
