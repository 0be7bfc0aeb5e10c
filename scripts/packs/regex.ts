const classes = [
  '[a-z]',
  '[A-Z]',
  '[0-9]',
  '\\w',
  '[a-z0-9]',
  '[A-Z0-9]',
  '[a-zA-Z]',
  '[a-zA-Z0-9]',
  '[a-z_]',
  '[a-z.]'
];

/** Three plain domains, three with escaped dots. */
const domains = [
  'localhost',
  'intranet',
  'workshop',
  'example\\.com',
  'mail\\.example\\.org',
  'museum\\.edu'
];

/** Every character class with every domain. */
export function regex(): string[] {
  return classes.flatMap((each) => domains.map((domain) => `^${each}+@${domain}$`));
}
