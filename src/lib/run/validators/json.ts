/** The key families of the pack: the first key holds a word, the second a whole number. */
export const keyFamilies = {
  name: 'age',
  city: 'temp',
  item: 'price',
  team: 'score',
  animal: 'legs'
} as const;

const word = /^[a-z]+$/;

/**
 * `{"k1":"value","k2":number}`: parses as JSON, has the two keys of one family in their order, a
 * lowercase word and a whole number, and no spaces.
 * Returns null if the line is right, else the reason.
 */
export function validate(line: string): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return 'Does not parse as JSON.';
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return 'Not a JSON object.';
  }
  if (JSON.stringify(parsed) !== line) {
    return 'Not in the shortest form: no spaces, no repeated key, no zeros to spare.';
  }
  return checkEntries(Object.entries(parsed));
}

function checkEntries(entries: [string, unknown][]): string | null {
  if (entries.length !== 2) return `Needs two keys, got ${entries.length}.`;
  const [[wordKey, value], [numberKey, amount]] = entries;
  if (!Object.entries(keyFamilies).some(([k1, k2]) => k1 === wordKey && k2 === numberKey)) {
    return `"${wordKey}" and "${numberKey}" are not the keys of one family.`;
  }
  if (typeof value !== 'string' || !word.test(value)) {
    return `"${wordKey}" needs a word of lowercase letters.`;
  }
  if (!Number.isSafeInteger(amount) || (amount as number) < 0) {
    return `"${numberKey}" needs a whole number.`;
  }
  return null;
}
