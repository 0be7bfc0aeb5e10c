/** What was typed as a number; undefined if it is none. A true minus and a comma are taken too. */
export function parseNumber(text: string): number | undefined {
  const plain = text.trim().replace('−', '-').replace(',', '.');
  const value = Number(plain);
  return plain === '' || !Number.isFinite(value) ? undefined : value;
}

/** A number of an example: three decimals at most, a true minus. */
export function exampleNumber(value: number): string {
  if (!Number.isFinite(value))
    return String(value).replace('-Infinity', '−∞').replace('Infinity', '∞');
  const size = Math.abs(value);
  if (size >= 1e5 || (size > 0 && size < 5e-4)) return minus(value.toExponential(0));
  return minus(String(Number(value.toFixed(size < 100 ? 3 : 1))));
}

function minus(text: string): string {
  return text.replaceAll('-', '−').replace('e+', 'e');
}
