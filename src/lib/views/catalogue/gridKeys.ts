const moves: Readonly<Record<string, (at: number, columns: number, size: number) => number>> = {
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  ArrowUp: (at, columns) => at - columns,
  ArrowDown: (at, columns) => at + columns,
  Home: () => 0,
  End: (_at, _columns, size) => size - 1
};

/** Where a key leads from a place of a row-major grid; undefined if nowhere. */
export function placeAfter(
  key: string,
  at: number,
  columns: number,
  size: number
): number | undefined {
  const next = moves[key]?.(at, columns, size);
  return next === undefined || next < 0 || next >= size || next === at ? undefined : next;
}

/** Whether a key would move the caret inside what is typed rather than leave it. */
export function isTyping({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLInputElement)) return false;
  const { selectionStart, selectionEnd, value } = target;
  if (key === 'Home' || key === 'End') return true;
  if (key === 'ArrowLeft') return selectionEnd !== 0;
  return key === 'ArrowRight' && selectionStart !== value.length;
}
