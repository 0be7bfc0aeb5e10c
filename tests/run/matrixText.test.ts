import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MatrixError, readMatrix } from '$lib/run/matrixText';

const shape = [2, 3] as const;
const numbers = [1, -2.5, 3e-4, 0, 4, 5];

describe('a pasted matrix is read', () => {
  test.each([
    ['from a spreadsheet', '1\t-2.5\t3e-4\n0\t4\t5\n'],
    ['with decimal commas', '1\t-2,5\t3e-4\r\n0\t4\t5\r\n'],
    ['as CSV', '1,-2.5,3e-4\n0,4,5'],
    ['with semicolons', '1;-2,5;3e-4\n0;4;5'],
    ['by blanks, with empty lines', '\n  1 -2.5   3e-4\n\n 0 4 5\n'],
    ['with a true minus', '1 −2.5 3e−4\n0 4 5'],
    ['as JSON', '[[1,-2.5,3e-4],[0,4,5]]'],
    ['as a Python list', '[[1, -2.5, 3e-4],\n [0, 4., 5,],]'],
    ['as NumPy prints it', 'array([[ 1. , -2.5, 3e-4],\n       [ 0. ,  4. ,  5. ]])'],
    ['as NumPy prints it without commas', '[[1. -2.5 3e-4]\n [0. 4. 5.]]']
  ])('%s', (_, text) => expect(readMatrix(text, shape)).toEqual(numbers));

  test('whatever its numbers are', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const row = fc.array(number, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 2 }), (rows) => {
        const flat = rows.flat().map((x) => x + 0);
        expect(readMatrix(JSON.stringify(rows), shape)).toEqual(flat);
        expect(readMatrix(rows.map((each) => each.join('\t')).join('\n'), shape)).toEqual(flat);
      })
    );
  });
});

describe('what does not fit is refused, with the rule and what came', () => {
  test.each([
    ['', 'paste: needs 2 rows of 3 numbers, got nothing'],
    ['[]', 'paste: needs 2 rows of 3 numbers, got nothing'],
    ['1 2 3', 'paste: needs 2 rows of 3, got 1 row'],
    ['1 2 3\n4 5', 'paste: needs 3 numbers in row 2, got 2'],
    ['1 2 3\n4 five 6', 'paste: needs a finite number in row 2, column 2, got five'],
    ['1 2 3\n4 Infinity 6', 'paste: needs a finite number in row 2, column 2, got Infinity'],
    ['1\t\t3\n4\t5\t6', 'paste: needs a finite number in row 1, column 2, got nothing']
  ])('%j', (text, message) =>
    expect(() => readMatrix(text, shape)).toThrow(new MatrixError(message))
  );
});
