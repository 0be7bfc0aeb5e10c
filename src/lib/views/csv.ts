/** Rows as a CSV text after RFC 4180. */
export function csv(
  header: readonly string[],
  rows: Iterable<readonly (string | number)[]>
): string {
  const lines = [header, ...rows].map((row) => row.map(field).join(','));
  return lines.join('\r\n') + '\r\n';
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
