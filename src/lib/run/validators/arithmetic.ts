const template = /^(0|[1-9]\d?)([+-])(0|[1-9]\d?)=(0|[1-9]\d{0,2})$/;

/**
 * `A+B=C` or `A-B=C` with A and B of one or two digits, no leading zeros, and C right and not negative.
 * Returns null if the line is right, else the reason.
 */
export function validate(line: string): string | null {
  const parts = template.exec(line);
  if (!parts) return 'Not of the form A+B=C or A-B=C, with A and B of one or two digits.';
  const [, a, sign, b, c] = parts;
  const result = sign === '+' ? Number(a) + Number(b) : Number(a) - Number(b);
  if (result < 0) return `${a}-${b} is below zero.`;
  return result === Number(c) ? null : `${a}${sign}${b} is ${result}, not ${c}.`;
}
