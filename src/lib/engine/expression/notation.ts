import type { Cell, Over, Place } from '../ops/expression';

/** How numbers, indices and variables are written: Unicode, in the names of the operations' own loops. */

const SUBSCRIPTS: Readonly<Record<string, string>> = { i: 'ᵢ', j: 'ⱼ', o: 'ₒ', s: 'ₛ', t: 'ₜ' };
const EXPONENTS: Readonly<Record<number, string>> = { 2: '²', 3: '³', [-1 / 2]: '^−½' };

/** A number with the digits that matter, and a true minus: `−0.03127`, `1.2e−9`. */
export function printNumber(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits))).replaceAll('-', '−');
}

/** `w[ids[2],5]`, `dy` for the only number of a scalar. */
export function printCell({ slot, places }: Cell): string {
  return printPlaces(slot, places.map(printPlace));
}

/** A cell of a sum with the variable where its index follows it: `v[3+s,5]`; `next` is the same cell one term on. */
export function printGeneralCell(cell: Cell, next: Cell, { variable, values }: Over): string {
  const step = values[1] - values[0];
  const places = cell.places.map((place, axis) => {
    const isFixed = cell.index[axis] === next.index[axis];
    if (isFixed || next.index[axis] - cell.index[axis] !== step) return printPlace(place);
    const offset = cell.index[axis] - values[0];
    return offset === 0 ? variable : `${offset}+${variable}`;
  });
  return printPlaces(cell.slot, places);
}

/** What a sum runs over: `Σᵢ` from 0 on, else with the values told: `Σ(t = 2, 5)`, `Σ(t = 3…7)`. */
export function printOver(symbol: string, { variable, values }: Over): string {
  const [first] = values;
  const last = values[values.length - 1];
  if (last - first !== values.length - 1) return `${symbol}(${variable} = ${values.join(', ')})`;
  return first === 0
    ? `${symbol}${SUBSCRIPTS[variable] ?? variable}`
    : `${symbol}(${variable} = ${first}…${last})`;
}

/** `²`, `³`, `^−½`. */
export function printExponent(exponent: number): string {
  return EXPONENTS[exponent] ?? `^${printNumber(exponent, 3)}`;
}

function printPlaces(slot: string, places: readonly string[]): string {
  return places.length === 0 ? slot : `${slot}[${places.join(',')}]`;
}

function printPlace(place: Place): string {
  return typeof place === 'number' ? String(place) : printCell(place);
}
