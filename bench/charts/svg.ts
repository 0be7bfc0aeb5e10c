/** A place on a logarithmic axis: the part of the way from `from` to `to`. */
export function share(value: number, from: number, to: number): number {
  return Math.log(value / from) / Math.log(to / from);
}

/** 1, 10, 100 … from the last one below all values to the first above. */
export function decadesAround(values: readonly number[]): readonly [from: number, to: number] {
  const from = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const to = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  return [from, to > from ? to : 10 * from];
}

/** The powers of ten of an axis that begins and ends with one. */
export function decades([from, to]: readonly [number, number]): number[] {
  const count = Math.round(Math.log10(to / from));
  return Array.from({ length: count + 1 }, (_, i) => from * 10 ** i);
}

/** Three digits, thousands in groups: 12,300 · 4.56 · 0.0123. */
export function inDigits(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumSignificantDigits: 3 });
}

/** One place behind the point is as exact as a picture can be. */
export const px = (value: number) => value.toFixed(1);

const entities: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;' },
  '"': '&quot;'
};

export const escape = (text: string) => text.replace(/[&<>"]/g, (character) => entities[character]);
