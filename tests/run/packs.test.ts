import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildCorpus, readUpload } from '../../src/lib/run/corpus';
import { packById, packs, type Pack, type PackId, type Validate } from '../../src/lib/run/packs';

const folder = new URL('../../packs/', import.meta.url);
const readPack = (name: string) => readFileSync(new URL(name, folder), 'utf8');

/** Lines close to each pack's template, none of them right, and what the reason must mention. */
const nearMisses: Record<Exclude<PackId, 'names'>, [line: string, reason: RegExp][]> = {
  regex: [
    ['', /form/],
    ['[a-z]+@localhost$', /form/],
    ['^[a-z]+@localhost', /form/],
    ['^[a-z]@localhost$', /form/],
    ['^[a-z]*@localhost$', /form/],
    ['^[a-z+@localhost$', /form/],
    ['^[a-z]+@localhost$ ', /form/],
    ['^[]+@localhost$', /ranges/],
    ['^[A-z]+@localhost$', /ranges/],
    ['^[a-]+@localhost$', /ranges/],
    ['^[^a-z]+@localhost$', /ranges/],
    ['^[z-a]+@localhost$', /compile/],
    ['^[9-0]+@localhost$', /compile/],
    ['^[a-z]+@$', /domain/],
    ['^[a-z]+@example.com$', /domain/],
    ['^[a-z]+@example\\.$', /domain/],
    ['^[a-z]+@\\.com$', /domain/],
    ['^[a-z]+@example\\\\.com$', /domain/],
    ['^[a-z]+@Example\\.com$', /domain/],
    ['^[a-z]+@exa$mple$', /domain/]
  ],
  abc_music: [
    ['', /form/],
    ['X:0 K:C |CDEF|GABc|cBAG|FEDC|', /form/],
    ['X:01 K:C |CDEF|GABc|cBAG|FEDC|', /form/],
    ['X:1 K:H |CDEF|GABc|cBAG|FEDC|', /form/],
    ['X:1 K:c |CDEF|GABc|cBAG|FEDC|', /form/],
    ['X:1 K:C |CDEF|GABc|cBAG|', /form/],
    ['X:1 K:C |CDEF|GABc|cBAG|FEDC', /form/],
    ['X:1 K:C |CDEF|GABc|cBAG|FEDC|CDEF|', /form/],
    ['X:1 K:C  |CDEF|GABc|cBAG|FEDC|', /form/],
    ['X:1 K:C |CDEH|GABc|cBAG|FEDC|', /Bar 1 needs notes/],
    ['X:1 K:C |CDEF|GABc|cB G|FEDC|', /Bar 3 needs notes/],
    ['X:1 K:C |CDEF||cBAG|FEDC|', /Bar 2 needs notes/],
    ['X:1 K:C |CDEF|GAB|cBAG|FEDC|', /Bar 2 has 3 notes, bar 1 has 4/],
    ['X:1 K:C |CDEF|GABc|cBAG|FEDCC|', /Bar 4 has 5 notes/]
  ],
  chess_pgn: [
    ['', /form/],
    ['1. e4 e5 2. Nf3 Nc6', /form/],
    ['1. e4 e5 2. Nf3 Nc6 3. Bb5', /form/],
    ['1.e4 e5 2.Nf3 Nc6 3.Bb5 a6', /form/],
    ['1. e4 e5 3. Nf3 Nc6 2. Bb5 a6', /form/],
    ['1. e4 e5 2. Nf3 Nc6 3. Bb5 a6 ', /form/],
    ['1. e5 e5 2. Nf3 Nc6 3. Bb5 a6', /e5 is not a legal move of White at move 1/],
    ['1. e4 e4 2. Nf3 Nc6 3. Bb5 a6', /e4 is not a legal move of Black at move 1/],
    ['1. e4 e5 2. Nf3 Nc6 3. Bb6 a6', /Bb6/],
    ['1. e4 e5 2. nf3 Nc6 3. Bb5 a6', /nf3/],
    ['1. e4 e5 2. Ng1f3 Nc6 3. Bb5 a6', /Ng1f3/],
    ['1. e4 c5 2. Nf3 d6 3. Bb5 Bd7', /Bb5 is/],
    ['1. e4 e5 2. Nf3 Nc6 3. Bb5+ a6', /Bb5\+/],
    ['1. e4 d5 2. ed5 Qxd5 3. Nc3 Qa5', /ed5/],
    ['1. e4 c5 2. Nf3 d6 3. Bb5+ a6', /a6 is not a legal move of Black at move 3/],
    ['1. f3 e5 2. g4 Qh4# 3. e4 d5', /e4 is not a legal move of White at move 3/]
  ],
  sql_snippets: [
    ['', /form/],
    ['SELECT name FROM users WHERE age>18', /form/],
    ['select name from users where age>18;', /form/],
    ['SELECT name FROM users WHERE age > 18;', /form/],
    ['SELECT  name FROM users WHERE age>18;', /form/],
    ['SELECT * FROM users WHERE age>18;', /form/],
    ['SELECT name FROM users WHERE age>018;', /form/],
    ['SELECT name FROM users WHERE age>-1;', /form/],
    ['SELECT name FROM users WHERE age>1234567890;', /form/],
    ['SELECT name FROM people WHERE age>18;', /no table people/],
    ['SELECT name FROM constructor WHERE age>18;', /no table constructor/],
    ['SELECT brand FROM users WHERE age>18;', /no column brand/],
    ['SELECT name FROM users WHERE price>18;', /no integer column price/],
    ['SELECT name FROM users WHERE city=18;', /no integer column city/],
    ['SELECT name FROM users WHERE age=>18;', /=> is not one of/],
    ['SELECT name FROM users WHERE age<>18;', /<> is not one of/]
  ],
  arithmetic: [
    ['', /form/],
    ['7+8=', /form/],
    ['7+8', /form/],
    ['7 + 8 = 15', /form/],
    ['07+8=15', /form/],
    ['7+8=015', /form/],
    ['7*8=56', /form/],
    ['100+1=101', /form/],
    ['7+8=15 ', /form/],
    ['7-8=-1', /form/],
    ['7+8=16', /7\+8 is 15, not 16/],
    ['17-5=13', /17-5 is 12, not 13/],
    ['7-8=1', /below zero/]
  ],
  json: [
    ['', /parse/],
    ['{"name":"ada","age":36', /parse/],
    ["{'name':'ada','age':36}", /parse/],
    ['{"name":"ada","age":036}', /parse/],
    ['{"name":"ada","age":36,}', /parse/],
    ['null', /object/],
    ['["ada",36]', /object/],
    ['"name"', /object/],
    ['{"name": "ada","age":36}', /shortest/],
    ['{"name":"ada","age":36.0}', /shortest/],
    ['{"name":"alan","name":"ada","age":36}', /shortest/],
    ['{"name":"ada"}', /two keys, got 1/],
    ['{"name":"ada","age":36,"city":"oslo"}', /two keys, got 3/],
    ['{"age":36,"name":"ada"}', /family/],
    ['{"name":"ada","temp":36}', /family/],
    ['{"__proto__":"ada","age":36}', /family/],
    ['{"name":36,"age":36}', /word/],
    ['{"name":"Ada","age":36}', /word/],
    ['{"name":"","age":36}', /word/],
    ['{"name":"ada","age":"36"}', /whole number/],
    ['{"name":"ada","age":-1}', /whole number/],
    ['{"name":"ada","age":36.5}', /whole number/]
  ]
};

/** Right lines that the pack does not have: a sample may be new and valid. */
const newButRight: Record<Exclude<PackId, 'names'>, string[]> = {
  regex: ['^\\d+@lab\\.net$', '^[x_5]+@a\\.b\\.c\\.d$'],
  abc_music: ['X:99 K:B |AB|cd|ef|ga|'],
  chess_pgn: ['1. e4 d5 2. exd5 Qxd5 3. Nc3 Qa5', '1. a3 a6 2. b3 b6 3. c3 c6'],
  sql_snippets: ['SELECT age FROM users WHERE age=0;', 'SELECT gate FROM flights WHERE delay>=7;'],
  arithmetic: ['0+0=0', '99+99=198', '50-50=0'],
  json: ['{"name":"zoe","age":0}', '{"animal":"emu","legs":2}']
};

const strictPacks = packs.filter((pack) => pack.validator);
const load = async (pack: Pack): Promise<Validate> => (await pack.validator!()).validate;

describe('the table of packs', () => {
  it('has the six strict packs and names, each findable by its id', () => {
    expect(packs.map((pack) => pack.id)).toEqual([...Object.keys(nearMisses), 'names']);
    for (const pack of packs) expect(packById(pack.id)).toBe(pack);
    expect(packById('nothing')).toBeUndefined();
  });

  it('gives a rule exactly where there is a validator, and one sentence each', () => {
    for (const { rule, validator, description, title } of packs) {
      expect(rule === null).toBe(validator === null);
      expect(title).not.toBe('');
      for (const sentence of [description, rule ?? 'None.']) expect(sentence).toMatch(/^[^\n]+\.$/);
    }
  });

  it('does not load the chess library by itself', () => {
    const source = readFileSync(new URL('../../src/lib/run/packs.ts', import.meta.url), 'utf8');
    expect(source).not.toMatch(/^import (?!type)/m);
  });
});

describe.each(strictPacks)('pack $id', (pack) => {
  const text = readPack(pack.file);
  const { docs } = buildCorpus(pack.id, pack.title, text);
  const id = pack.id as Exclude<PackId, 'names'>;

  it('has 60 distinct lines, not blank, that fit the longest block', () => {
    expect(docs).toHaveLength(60);
    expect(new Set(docs).size).toBe(60);
    expect(text).toBe(`${docs.join('\n')}\n`);
    for (const doc of docs) expect([...doc].length).toBeLessThan(64);
  });

  it('has only right lines', async () => {
    const validate = await load(pack);
    for (const doc of docs) expect([doc, validate(doc)]).toEqual([doc, null]);
  });

  it('accepts right lines that it does not have', async () => {
    const validate = await load(pack);
    for (const line of newButRight[id]) {
      expect(docs).not.toContain(line);
      expect([line, validate(line)]).toEqual([line, null]);
    }
  });

  it.each(nearMisses[id])('refuses %j', async (line, reason) => {
    const validate = await load(pack);
    expect(validate(line)).toMatch(reason);
    expect(validate(line)).toMatch(/^[^\n]+\.$/);
  });

  it('refuses any line with a character too many, and never throws', async () => {
    const validate = await load(pack);
    const anyDoc = fc.constantFrom(...docs);
    fc.assert(fc.property(anyDoc, (doc) => validate(` ${doc}`) !== null));
    fc.assert(fc.property(anyDoc, (doc) => validate(`${doc}\n`) !== null));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), anyDoc, fc.nat(30), (noise, doc, at) => {
        const line = doc.slice(0, at) + noise + doc.slice(at);
        expect(['string', 'object']).toContain(typeof validate(line));
      })
    );
  });

  it('has the size that packs/README.md says', () => {
    const lengths = docs.map((doc) => [...doc].length);
    const distinct = new Set(docs.join('')).size;
    const row = [id, [...text].length, distinct, Math.min(...lengths), Math.max(...lengths)];
    const rows = readPack('README.md')
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(rows).toContainEqual(['', ...row.map(String), '']);
  });

  it('could be uploaded', () => {
    expect(readUpload(new TextEncoder().encode(text), pack.file).docs).toEqual(docs);
  });
});

describe('arithmetic', () => {
  it('agrees with addition and subtraction on all one- and two-digit numbers', async () => {
    const validate = await load(packById('arithmetic')!);
    const operand = fc.nat(99);
    fc.assert(
      fc.property(operand, operand, fc.nat(198), (a, b, c) => {
        expect(validate(`${a}+${b}=${a + b}`)).toBeNull();
        expect(validate(`${a}+${b}=${c}`) === null).toBe(a + b === c);
        expect(validate(`${a}-${b}=${c}`) === null).toBe(a - b === c);
      })
    );
  });

  it('has 20 sums without a carry, 20 with one, 20 differences', () => {
    const lines = readPack('arithmetic.txt').trim().split('\n');
    const carrying = lines.map((line) => {
      const [a, b] = line.split(/[+=]/).map(Number);
      return line.includes('+') ? (a % 10) + (b % 10) > 9 : null;
    });
    const count = (kind: boolean | null) => carrying.filter((each) => each === kind).length;
    expect([count(false), count(true), count(null)]).toEqual([20, 20, 20]);
  });
});

describe('the built-in names', () => {
  const lines = readPack(packById('names')!.file).trim().split('\n');

  it('are about 200 distinct lowercase words in order', () => {
    expect(lines.length).toBeGreaterThanOrEqual(200);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines).toEqual([...lines].sort());
    for (const line of lines) expect(line).toMatch(/^[a-z]{2,15}$/);
    expect(readPack('README.md')).toContain(`${lines.length} common first names`);
  });
});
