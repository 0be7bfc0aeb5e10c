import { range } from './quads';

/** What is read of a row: the name of the value, and the expression for a row's number. */
export type RowValue = readonly [name: string, read: (row: string) => string];

/**
 * WGSL for the numbers of four rows from `first` on: `rows`, and `within`, which beyond the last of T rows is that one.
 * With quads, whose lanes must all want the same four, a lane's own comes first.
 */
export function numberFourRows(quads: boolean, first: string): string {
  const order = quads ? '(vec4u(0u, 1u, 2u, 3u) ^ vec4u(lane))' : 'vec4u(0u, 1u, 2u, 3u)';
  return `let rows = vec4u(${first}) + ${order};
    let within = min(rows, vec4u(T - 1u));`;
}

/**
 * WGSL that reads values of the four rows, `name_0` … `name_3`; with quads each lane reads its own row, and gets the
 * others from its neighbours.
 */
export function readFourRows(quads: boolean, values: readonly RowValue[]): string {
  const lines = values.flatMap(([name, read]) => [
    `let ${name}_0 = ${read('within.x')};`,
    ...range(3).map((i) => {
      const swapped = `quadSwap${['X', 'Y', 'Diagonal'][i]}(${name}_0)`;
      return `let ${name}_${i + 1} = ${quads ? swapped : read(`within.${'yzw'[i]}`)};`;
    })
  ]);
  return lines.join('\n    ');
}

/** A vector or a matrix of what `readFourRows` has read. */
export function fourRows(name: string, type: 'vec4f' | 'mat4x4f'): string {
  const parts = range(4).map((i) => `${name}_${i}`);
  return `${type}(${parts.join(', ')})`;
}
