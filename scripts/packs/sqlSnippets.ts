import { operators, schema } from '../../src/lib/run/validators/sql_snippets';

/** First value and step of the integers that each column is compared with. */
const integers: Record<string, readonly [first: number, step: number]> = {
  age: [18, 4],
  points: [100, 50],
  total: [20, 15],
  items: [1, 1],
  price: [5, 10],
  stock: [0, 25],
  year: [1950, 8],
  pages: [80, 40],
  minutes: [75, 10],
  seats: [50, 20],
  delay: [0, 15]
};

/** Ten queries of each table: every operator on both of its integer columns. */
export function sqlSnippets(): string[] {
  return Object.entries(schema).flatMap(([name, table]) => {
    const columns = [...table.text, ...table.integer];
    return Array.from({ length: 10 }, (_, i) => {
      const field = table.integer[i % 2];
      const operator = operators[i % operators.length];
      const [first, step] = integers[field];
      const column = columns[i % columns.length];
      return `SELECT ${column} FROM ${name} WHERE ${field}${operator}${first + i * step};`;
    });
  });
}
