/** Reads a value that came from outside: returns it typed, or throws a RangeError that says where and why not. */
export type Reader<T> = (value: unknown, where: string) => T;

/** What a reader returns. */
export type Read<R> = R extends Reader<infer T> ? T : never;

/** Throws `where: needs rule, got what`. */
export function refuse(where: string, rule: string, value: unknown): never {
  throw new RangeError(`${where}: needs ${rule}, got ${excerpt(value)}`);
}

export const text: Reader<string> = (value, where) =>
  typeof value === 'string' ? value : refuse(where, 'text', value);

export const flag: Reader<boolean> = (value, where) =>
  typeof value === 'boolean' ? value : refuse(where, 'true or false', value);

export const finite: Reader<number> = (value, where) =>
  typeof value === 'number' && Number.isFinite(value)
    ? value
    : refuse(where, 'a finite number', value);

/** A whole number, 0 or more. */
export const count: Reader<number> = (value, where) =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : refuse(where, 'a whole number', value);

export const anything: Reader<unknown> = (value) => value;

export function oneOf<const T extends string>(...choices: T[]): Reader<T> {
  return (value, where) =>
    choices.includes(value as T) ? (value as T) : refuse(where, choices.join(' or '), value);
}

export function orNull<T>(reader: Reader<T>): Reader<T | null> {
  return (value, where) => (value === null ? null : reader(value, where));
}

export function list<T>(reader: Reader<T>): Reader<T[]> {
  return (value, where) =>
    Array.isArray(value)
      ? value.map((item, i) => reader(item, `${where}[${i}]`))
      : refuse(where, 'a list', value);
}

/** An object with exactly these keys. */
export function record<R extends Record<string, Reader<unknown>>>(
  readers: R
): Reader<{ [K in keyof R]: Read<R[K]> }> {
  const keys = Object.keys(readers);
  return (value, where) => {
    const object = requireObject(value, where);
    for (const key of Object.keys(object)) {
      if (!Object.hasOwn(readers, key)) refuse(where, `only ${keys.join(', ')}`, key);
    }
    const entries = keys.map((key) => {
      if (!Object.hasOwn(object, key)) refuse(where, key, Object.keys(object).join(', '));
      return [key, readers[key](object[key], `${where}.${key}`)];
    });
    return Object.fromEntries(entries) as { [K in keyof R]: Read<R[K]> };
  };
}

export function requireObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  return refuse(where, 'an object', value);
}

/** A value's beginning, short enough for a message. */
function excerpt(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return shown.length > 60 ? `${shown.slice(0, 60)}…` : shown;
}
