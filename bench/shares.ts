/** One digit behind the point is as much as times of a page are worth. */
export const fixed = (number: number) => Number(number.toFixed(1));

/** The value that so large a part of the numbers does not exceed; “—” of none. */
export function share(numbers: readonly number[], part: number): number | string {
  if (numbers.length === 0) return '—';
  const sorted = [...numbers].sort((a, b) => a - b);
  return fixed(sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)]);
}

export const most = (numbers: readonly number[]) => share(numbers, 1);
