import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { differences, packFiles } from '../../scripts/packs/packFiles';

const folder = new URL('../../packs/', import.meta.url);
const files = new Map([
  ['one.txt', 'a\nb\n'],
  ['two.txt', 'c\n']
]);

it('the files in packs/ are the generated ones', () => {
  expect([...packFiles().keys()]).toHaveLength(6);
  expect(differences(packFiles(), (name) => readFileSync(new URL(name, folder), 'utf8'))).toEqual(
    []
  );
});

it('finds no difference between equal files', () => {
  expect(differences(files, (name) => files.get(name) ?? null)).toEqual([]);
});

it.each([
  [null, 'packs/two.txt: missing'],
  ['d\n', 'packs/two.txt: line 1 needs "c", got "d"'],
  ['c\nd\n', 'packs/two.txt: line 2 needs "", got "d"'],
  ['c', 'packs/two.txt: line 2 needs "", got null'],
  ['c\r\n', 'packs/two.txt: line 1 needs "c", got "c\\r"'],
  ['', 'packs/two.txt: line 1 needs "c", got ""']
])('names what differs when a file is %j', (text, message) => {
  expect(differences(files, (name) => (name === 'one.txt' ? 'a\nb\n' : text))).toEqual([message]);
});
