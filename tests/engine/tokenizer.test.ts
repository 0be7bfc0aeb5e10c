import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tokenizer } from '$lib/engine/tokenizer';

describe('characters', () => {
  test.each([
    ['are distinct and sorted', ['cab', 'bad'], ['a', 'b', 'c', 'd']],
    ['keep spaces and signs', ['1 + 1'], [' ', '+', '1']],
    ['are code points, not UTF-16 units', ['👋a'], ['a', '👋']],
    ['are sorted by code point: U+FF4E before U+1D49C', ['𝒜ｎ'], ['ｎ', '𝒜']],
    ['are not joined: a woman, a joiner, a rocket', ['👩‍🚀'], ['\u200d', '👩', '🚀']],
    ['are not normalised', ['é', 'e\u0301'], ['e', 'é', '\u0301']],
    ['of nothing are none', [], []]
  ])('%s', (_, docs, characters) => {
    const tokenizer = new Tokenizer(docs);
    expect(tokenizer.characters).toEqual(characters);
    expect(tokenizer.BOS).toBe(characters.length);
    expect(tokenizer.vocab_size).toBe(characters.length + 1);
  });
});

describe('encode and decode', () => {
  const tokenizer = new Tokenizer(['ab👋']);

  test.each([
    ['', [3, 3]],
    ['ba', [3, 1, 0, 3]],
    ['👋', [3, 2, 3]]
  ])('%j has BOS on both sides', (doc, ids) => {
    expect([...tokenizer.encode(doc)]).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(`<BOS>${doc}<BOS>`);
  });

  test('a character that the corpus does not have', () => {
    expect(() => tokenizer.encode('a"')).toThrow(
      new RangeError('tokenizer: needs a character of the corpus, got "\\""')
    );
  });

  test('token', () => {
    expect([0, 1, 2, 3].map((id) => tokenizer.token(id))).toEqual(['a', 'b', '👋', '<BOS>']);
  });

  test('decode undoes encode for every document of any corpus', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (docs) => {
        const tokenizer = new Tokenizer(docs);
        for (const doc of docs) {
          const ids = tokenizer.encode(doc);
          expect(tokenizer.decode(ids.subarray(1, -1))).toBe(doc);
          expect([ids[0], ids[ids.length - 1]]).toEqual([tokenizer.BOS, tokenizer.BOS]);
        }
      })
    );
  });
});
