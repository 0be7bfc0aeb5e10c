import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCorpus, readDocs } from '../../src/lib/run/corpus';

describe('readDocs', () => {
  it.each([
    ['a\nb', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a\rb', ['a', 'b']],
    ['a\n\r\n \n\t\nb', ['a', 'b']],
    ['  a b  ', ['a b']],
    ['a\vb\fc\x1cd\x85e\u2028f', ['a\vb\fc\x1cd\x85e\u2028f']],
    ['', []],
    ['\n\n', []]
  ])('reads %j as %j', (text, docs) => {
    expect(readDocs(text)).toEqual(docs);
  });

  it('strips what Python strips, and nothing else', () => {
    // [c for c in map(chr, range(0x110000)) if c.isspace()] of CPython 3.11
    const spaces =
      '9 10 11 12 13 28 29 30 31 32 133 160 5760 8192 8193 8194 8195 8196 8197 8198 8199 8200 ' +
      '8201 8202 8232 8233 8239 8287 12288';
    const white = new Set(spaces.split(' ').map(Number));
    for (let code = 0; code < 0x10000; code += 1) {
      const character = String.fromCharCode(code);
      const docs = readDocs(`${character}a${character}`);
      const expected = white.has(code) ? 'a' : `${character}a${character}`;
      if (docs[0] !== expected) expect([code, docs[0]]).toEqual([code, expected]);
    }
  });

  it('needs linear time for a long blank within a line', () => {
    const line = `a${' '.repeat(200_000)}b`;
    expect(readDocs(line)).toEqual([line]);
  }, 1000);

  it('reads its own documents again as they are, whatever the line ends', () => {
    const rawText = fc.string({
      unit: fc.constantFrom('a', '😀', ' ', '\t', '\n', '\r', '\u3000')
    });
    fc.assert(
      fc.property(rawText, fc.constantFrom('\n', '\r', '\r\n'), (text, lineEnd) => {
        const docs = readDocs(text);
        expect(readDocs(docs.join(lineEnd))).toEqual(docs);
        expect(docs.every((doc) => doc !== '' && !/[\r\n]/.test(doc))).toBe(true);
      })
    );
  });
});

describe('buildCorpus', () => {
  it('joins the documents and hashes them', () => {
    expect(buildCorpus('tiny', 'Tiny', ' abc \r\n\r\n')).toEqual({
      id: 'tiny',
      title: 'Tiny',
      text: 'abc',
      docs: ['abc'],
      // FIPS 180-2, appendix B.1
      hash: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    });
  });

  it('hashes the UTF-8 of the documents joined by \\n, as another SHA-256 does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (lines) => {
        const { docs, hash } = buildCorpus('x', 'X', lines.join('\n'));
        expect(hash).toBe(createHash('sha256').update(docs.join('\n'), 'utf8').digest('hex'));
      })
    );
  });
});
