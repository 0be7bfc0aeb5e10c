import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocklist } from '../../src/lib/run/blocklist';
import {
  buildCorpus,
  CorpusError,
  readUpload,
  uploadLimits,
  type UploadRule
} from '../../src/lib/run/corpus';

const encode = (text: string) => new TextEncoder().encode(text);
const upload = (text: string) => readUpload(encode(text), 'pasted.txt');
const distinct = (count: number) =>
  Array.from({ length: count }, (_, i) => String.fromCodePoint(0x1f300 + i)).join('');

/** The error that an upload ends in. */
function refusal(bytes: Uint8Array, fileName = 'pasted.txt'): CorpusError {
  try {
    readUpload(bytes, fileName);
  } catch (error) {
    if (error instanceof CorpusError) return error;
    throw error;
  }
  throw new Error('the upload was accepted');
}

describe('readUpload', () => {
  it('gives a corpus whose id is the start of its hash', () => {
    expect(readUpload(encode('abc'), 'my notes.TXT')).toEqual({
      id: 'upload:ba7816bf8f01',
      title: 'my notes.TXT',
      text: 'abc',
      docs: ['abc'],
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    });
  });

  it('gives the same id with a byte order mark, other line ends, blanks and another name', () => {
    const plain = upload('emma\nzoë');
    for (const text of ['\ufeffemma\nzoë', 'emma\r\nzoë\r\n', 'emma\rzoë', '\n emma \n\n\tzoë\n']) {
      expect(readUpload(encode(text), 'other.txt')).toEqual({ ...plain, title: 'other.txt' });
    }
  });

  it('reads its own text again as the same corpus', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme-ascii' }), { minLength: 1 }), (lines) => {
        fc.pre(lines.some((line) => line.trim() !== ''));
        const corpus = upload(lines.join('\r\n'));
        expect(upload(corpus.text)).toEqual(corpus);
        expect(corpus.docs).toEqual(buildCorpus('', '', lines.join('\n')).docs);
      })
    );
  });

  it('ends in a corpus or in a CorpusError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        try {
          expect(readUpload(bytes, 'a.txt').docs.length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(CorpusError);
          expect((error as CorpusError).message).toMatch(/^upload: needs .+, got .+$/);
        }
      })
    );
  });
});

describe('both sides of every limit', () => {
  const { bytes, characters, distinctCharacters } = uploadLimits;

  it('bytes', () => {
    expect(bytes).toBe(204_800);
    const filled = (size: number) => encode('a' + '\n'.repeat(size - 1));
    expect(readUpload(filled(bytes), 'a.txt').text).toBe('a');
    expect(refusal(filled(bytes + 1))).toMatchObject({
      rule: 'bytes',
      message: 'upload: needs at most 204800 bytes (200 KiB), got 204801'
    });
  });

  it('characters after trimming, line ends included, counted as code points', () => {
    expect(characters).toBe(200_000);
    expect(upload(`😀${'a'.repeat(characters - 1)}`).docs).toHaveLength(1);
    const longest = `${'a'.repeat(characters - 2)}\nb`;
    expect(upload(` ${longest} \r\n`).text).toBe(longest);
    expect(refusal(encode(`a${longest}`))).toMatchObject({
      rule: 'characters',
      message: 'upload: needs at most 200000 characters after trimming, got 200001'
    });
  });

  it('different characters, counted as code points', () => {
    expect(distinctCharacters).toBe(256);
    const most = distinct(distinctCharacters);
    expect(upload(`${most}\n${most}`).docs).toEqual([most, most]);
    expect(refusal(encode(distinct(distinctCharacters + 1)))).toMatchObject({
      rule: 'distinctCharacters',
      message: 'upload: needs at most 256 different characters, got 257'
    });
  });

  it('not empty', () => {
    expect(upload('a').docs).toEqual(['a']);
    for (const text of ['', ' \r\n\t\u3000\n', '\ufeff', '\ufeff\n']) {
      expect(refusal(encode(text))).toMatchObject({
        rule: 'empty',
        message: 'upload: needs at least one line that is not blank, got none'
      });
    }
  });

  it.each([
    ['notes.md', 'notes.md'],
    ['txt', 'txt'],
    ['notes.txt.exe', 'notes.txt.exe'],
    ['', 'no name']
  ])('the name %j', (fileName, got) => {
    expect(refusal(encode('a'), fileName)).toMatchObject({
      rule: 'name',
      message: `upload: needs a .txt file, got ${got}`
    });
  });

  it.each([
    ['Latin-1', [0x7a, 0x6f, 0xeb], 'bytes that are not UTF-8'],
    ['a cut character', [0x61, 0xf0, 0x9f, 0x98], 'bytes that are not UTF-8'],
    ['an overlong form', [0xc0, 0xaf], 'bytes that are not UTF-8'],
    ['a surrogate', [0xed, 0xa0, 0x80], 'bytes that are not UTF-8'],
    ['UTF-16, little end first', [0xff, 0xfe, 0x61, 0x00], 'UTF-16'],
    ['UTF-16, big end first', [0xfe, 0xff, 0x00, 0x61], 'UTF-16']
  ])('UTF-8 only: %s', (_, bytesOfText, got) => {
    expect(refusal(Uint8Array.from(bytesOfText))).toMatchObject({
      rule: 'encoding',
      message: `upload: needs UTF-8 text, got ${got}`
    });
  });

  it.each([
    ['a\r\n\nb\0', 'U+0000 in line 3'],
    ['\x1b[31mred', 'U+001B in line 1'],
    ['a\x7f', 'U+007F in line 1'],
    ['a\n\x9d', 'U+009D in line 2']
  ])('no control character: %j', (text, got) => {
    expect(refusal(encode(text))).toMatchObject({
      rule: 'control',
      message: `upload: needs text without control characters, got ${got}`
    });
  });

  it('white space may be within a line', () => {
    expect(upload('a\tb\vc\fd\x85e').docs).toEqual(['a\tb\vc\fd\x85e']);
  });
});

const key = 'A1b2C3d4E5f6G7h8'.repeat(8);

/** For each row of the blocklist, texts that it must find. The marks are split so that no scanner stops here. */
const blocked: Record<string, string[]> = {
  'a PEM or PGP private key': [
    '-----BEGIN ' + 'PRIVATE KEY-----',
    '-----BEGIN ' + 'RSA PRIVATE KEY-----',
    '-----BEGIN ' + 'OPENSSH PRIVATE KEY-----',
    '-----BEGIN ' + 'EC PRIVATE KEY-----',
    '-----BEGIN ' + 'ENCRYPTED PRIVATE KEY-----',
    '-----BEGIN ' + 'PGP PRIVATE KEY BLOCK-----'
  ],
  'an SSH2 private key': [
    '---- BEGIN ' + 'SSH2 ENCRYPTED PRIVATE KEY ----',
    '---- BEGIN ' + 'SSH2 PRIVATE KEY ----'
  ],
  'a PuTTY private key': ['PuTTY-User-' + 'Key-File-3: ssh-ed25519'],
  'an age private key': ['AGE-SECRET-' + 'KEY-1QQPQZ9TYE0K0C5GQ7N3R0'],
  'a minisign private key': ['untrusted comment: minisign encrypted secret key'],
  'a WireGuard private key': [`PrivateKey = ${key.slice(0, 43)}=`],
  'a JSON Web Key with its private part': [`{"kty":"OKP","d":"${key.slice(0, 43)}"}`],
  'an XML private key': [`<D>${key}</D>`],
  'a wallet private key': [`xprv${key.slice(0, 107)}`],
  'a script tag': ['<script>', '<SCRIPT src="a.js">', '</script >', '<script\nasync>'],
  'SQL that drops a table or database': [
    "'); DROP TABLE students;--",
    'drop database lab',
    'Drop  Schema\n"public" cascade',
    'DROP TABLE IF EXISTS a'
  ],
  'SQL that empties a table': ['TRUNCATE TABLE users;'],
  'SQL that deletes rows': ['DELETE FROM users;', 'delete from "lab".runs where 1=1'],
  'SQL that drops a column': ['ALTER TABLE users DROP COLUMN age;'],
  'a shell command that deletes recursively by force': [
    'rm -rf /',
    'sudo rm -fr ~',
    'rm -r -f x',
    'rm -f -r x',
    'rm --recursive --force x',
    'rm -v -Rf x',
    'rm -r -v -f x',
    'rm --force -r x',
    'rm --no-preserve-root -rf /'
  ],
  'a shell command that overwrites a disk': [
    'mkfs.ext4 /dev/sda1',
    'dd if=/dev/zero of=/dev/sda',
    'cat x > /dev/sda',
    'echo >/dev/nvme0n1'
  ],
  'a fork bomb': [':(){ :|:& };:', ':(){:|:&};:'],
  'a Windows command that deletes recursively or formats a disk': [
    'del /f /s /q C:\\',
    'rd /s /q C:\\',
    'FORMAT C:',
    'Remove-Item C:\\ -Recurse -Force'
  ]
};

/** Harmless text that comes close to a row. */
const harmless = [
  '-----BEGIN PUBLIC KEY-----',
  '-----BEGIN CERTIFICATE-----',
  'PublicKey = abc',
  'AGE-SECRET-KEY of the castle',
  'my private key is under the mat',
  '{"d":"short"}',
  '<D>minor',
  'a script, a scripture, <scripture>, <description>',
  'he let the table drop, drop tables of contents',
  'SELECT name FROM users WHERE age>18;',
  'delete from memory what hurts',
  'truncate the table',
  'alter the table and drop in',
  'rm -r build',
  'rm -f my-report-r',
  'rm -r build; ls -f',
  'the arm -rf, an rm',
  'dd if=a of=b',
  'format the letter: c',
  'read > /dev/null',
  ':( sad :) glad'
];

describe('the blocklist', () => {
  it('has examples of every row, and no row is named twice', () => {
    expect(Object.keys(blocked)).toEqual(blocklist.map((row) => row.name));
  });

  describe.each(blocklist)('$name', ({ name, why }) => {
    it.each(blocked[name])('refuses %j', (text) => {
      expect(refusal(encode(`first\n\n${text}\nlast`))).toMatchObject({
        rule: 'blocklist' satisfies UploadRule,
        message: `upload: needs text without ${name} (${why}), got ${name} in line 2 after trimming`
      });
    });
  });

  it.each(harmless)('lets %j pass', (text) => {
    expect(upload(text).text).toBe(text);
  });

  const starts = [
    'drop ',
    'rm ',
    'rm -r',
    'dd ',
    'del ',
    'mkfs ',
    'delete from a',
    '-----BEGIN A ',
    '<'
  ];
  it.each(starts)('takes a short time for %j over and over', (start) => {
    const { characters } = uploadLimits;
    for (const text of [
      start.repeat(30_000),
      start + 'r'.repeat(characters),
      `${start} `.repeat(9e4)
    ]) {
      const began = performance.now();
      for (const { pattern } of blocklist) pattern.test(text.slice(0, characters));
      expect(performance.now() - began).toBeLessThan(2000);
    }
  });
});
