const template = /^\^(\\[dw]|\[[^\]]*\])\+@(.*)\$$/;
const characterClass = /^(?:\\[dw]|\[(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9_.])+\])$/;
const domain = /^[a-z]+(?:\\\.[a-z]+)*$/;

/**
 * `^{class}+@{domain}$`: a class (\w, \d, or brackets with ranges that stay in one kind of character),
 * a domain of lowercase words whose dots are escaped, and a pattern that compiles.
 * Returns null if the line is right, else the reason.
 */
export function validate(line: string): string | null {
  const parts = template.exec(line);
  if (!parts) return 'Not of the form ^{class}+@{domain}$.';
  if (!characterClass.test(parts[1])) {
    return `${parts[1]} needs ranges such as a-z, A-Z or 0-9, or single letters, digits, _ and dots.`;
  }
  if (!domain.test(parts[2])) return 'The domain needs lowercase words with \\. between them.';
  return compiles(line) ? null : 'Does not compile as a regular expression.';
}

function compiles(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
