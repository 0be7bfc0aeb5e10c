/** Whose name a browser's own words hold, the most telling first: most of them also claim to be others. */
const browsers: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Firefox', /Firefox\/(\d+)/],
  ['Edge', /Edg\/(\d+)/],
  ['Opera', /OPR\/(\d+)/],
  ['Chromium', /Chrome\/(\d+)/],
  ['Safari', /Version\/([\d.]+).* Safari/]
];

/** A browser's name and version, from its `navigator.userAgent`. */
export function browserName(userAgent: string): string {
  for (const [name, pattern] of browsers) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return 'a browser that does not say';
}
