/** Reads CSV after RFC 4180, leaving out a first line that begins with #. */
export function readCsv(text: string): string[][] {
  const body = text.replace(/^#[^\n]*\n/, '');
  const rows: string[][] = [[]];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < body.length) {
    const match = field.exec(body);
    if (!match) throw new Error('csv: needs a field and what ends it');
    const [, quoted, plain, end] = match;
    rows.at(-1)!.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}
