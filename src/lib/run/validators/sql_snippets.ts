/** A table that the pack queries: columns of text and columns of integers. */
export interface Table {
  readonly text: readonly string[];
  readonly integer: readonly string[];
}

/** The schema that every query of the pack holds to. */
export const schema: Readonly<Record<string, Table>> = {
  users: { text: ['name', 'email', 'city'], integer: ['age', 'points'] },
  orders: { text: ['buyer', 'status', 'address'], integer: ['total', 'items'] },
  products: { text: ['title', 'brand', 'color'], integer: ['price', 'stock'] },
  books: { text: ['title', 'author', 'genre'], integer: ['year', 'pages'] },
  movies: { text: ['title', 'director', 'studio'], integer: ['year', 'minutes'] },
  flights: { text: ['origin', 'airline', 'gate'], integer: ['seats', 'delay'] }
};

/** Comparisons that a query may use. */
export const operators = ['=', '<', '>', '<=', '>='] as const;

const template = /^SELECT ([a-z]+) FROM ([a-z]+) WHERE ([a-z]+)([<>=]+)(0|[1-9]\d{0,8});$/;

/**
 * `SELECT col FROM table WHERE field{op}int;`: a table of the schema, one of its columns, and one of
 * its integer columns compared with an integer of at most nine digits.
 * Returns null if the line is right, else the reason.
 */
export function validate(line: string): string | null {
  const parts = template.exec(line);
  if (!parts) return 'Not of the form SELECT col FROM table WHERE field{op}int;.';
  const [, column, name, field, operator] = parts;
  if (!Object.hasOwn(schema, name)) return `There is no table ${name}.`;
  const { text, integer } = schema[name];
  if (![...text, ...integer].includes(column)) return `The table ${name} has no column ${column}.`;
  if (!integer.includes(field)) return `The table ${name} has no integer column ${field}.`;
  const known = operators.some((each) => each === operator);
  return known ? null : `${operator} is not one of ${operators.join(' ')}.`;
}
