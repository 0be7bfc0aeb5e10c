import type { Device } from '../device';
import { TILE } from './activationLayout';

/*
 * Items of products can share what they read: four items in a row, which then run as the four lanes of a quad, make one
 * tile of twice as many rows and columns; each reads a quarter, and gets the rest from the lane beside it and the one
 * below. The sums are the same. This pays where loads are dear: on a software adapter each costs as much as dozens of
 * multiplications, while a GPU's caches share them anyway.
 */

/** Whether to share reads in quads on a device. */
export function chooseQuads({
  software,
  subgroups
}: Pick<Device, 'software' | 'subgroups'>): boolean {
  return software && subgroups;
}

/** Of the two halves of an item's rows or columns: with quads it reads the near one, its neighbour the far one. */
export type Side = 'near' | 'far';

/** Rows of the tile that an item or, with quads, four items compute. */
export function tileRows(quads: boolean): number {
  return quads ? 2 * TILE : TILE;
}

/** Items side by side over a width in vec4. */
export function itemsAcross(quads: boolean, width: number): number {
  return quads ? 4 * Math.ceil(width / 4) : width / 2;
}

/**
 * WGSL that finds an item's part of a matrix: `row` and `column` (in vec4) where it begins, and where the halves begin:
 * `near_row`, `far_row`, `near_column`, `far_column`.
 * @param rows of an item
 * @param across items, as `itemsAcross` counts them
 */
export function findPart(quads: boolean, rows: number, item: string, across: string): string {
  if (!quads) {
    return `
  let row = ${item} / ${across} * ${rows}u;
  let column = ${item} % ${across} * 2u;
  let near_row = row;
  let far_row = row + ${rows / 2}u;
  let near_column = column;
  let far_column = column + 1u;`;
  }
  return `
  let beside = ${item} & 1u;
  let below = (${item} >> 1u) & 1u;
  let row = (${item} / ${across} * 2u + below) * ${rows}u;
  let column = (${item} % ${across} / 4u * 2u + beside) * 2u;
  let near_row = row + beside * ${rows / 2}u;
  let far_row = row + (1u - beside) * ${rows / 2}u;
  let near_column = column + below;
  let far_column = column + (1u - below);`;
}

/**
 * WGSL that names values `name0`, `name1` …: the near half, then the far half, which with quads the lane beside (X) or
 * below (Y) found.
 * @param count of one half
 */
export function bothHalves(
  quads: boolean,
  name: string,
  count: number,
  swap: 'X' | 'Y',
  find: (side: Side, i: number) => string
): string {
  const near = range(count).map((i) => `let ${name}${i} = ${find('near', i)};`);
  const far = range(count).map((i) => {
    const found = quads ? `quadSwap${swap}(${name}${i})` : find('far', i);
    return `let ${name}${count + i} = ${found};`;
  });
  return [...near, ...far].join('\n    ');
}

/** A line of WGSL for each row of which an item itself finds a sum: its near half with quads, else all. */
export function eachOwnRow(quads: boolean, line: (row: number) => string): string {
  return range(quads ? TILE / 2 : TILE)
    .map(line)
    .join('\n    ');
}

/**
 * WGSL that stores an item's sums `a0`, `b0` … (near and far column of each row).
 * @param rows of an item
 * @param width of the matrix in vec4
 * @param within whether a half of the rows lies in the matrix
 * @param store the line for a row's sum and its place
 */
export function storeSums(
  rows: number,
  width: string,
  within: (side: Side) => string,
  store: (row: number, sum: string, place: string) => string
): string {
  const halves = (['near', 'far'] as const).map((side, h) => {
    const lines = range(rows / 2).flatMap((i) => {
      const row = (h * rows) / 2 + i;
      const place = (column: Side) => `(${side}_row + ${i}u) * ${width} + ${column}_column`;
      return [store(row, `a${row}`, place('near')), store(row, `b${row}`, place('far'))];
    });
    return `if (${within(side)}) {\n    ${lines.join('\n    ')}\n  }`;
  });
  return halves.join('\n  ');
}

/** Whether half of an item's rows lies among T rows of so many vec4. */
export function withinRows(quads: boolean, width: number): (side: Side) => string {
  const columns = quads && width % 4 > 0 ? ` && column < ${width}u` : '';
  return (side) => `${side}_row < T${columns}`;
}

/** The numbers from 0 to n − 1. */
export function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
