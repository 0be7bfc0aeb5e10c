/** A short text kept in this browser, or null; a browser that keeps nothing gives null. */
export function readLocal(key: string): string | null {
  try {
    return localStorage.getItem(`microgpt-lab.${key}`);
  } catch {
    return null;
  }
}

/** Keeps a short text if the browser lets us; it is never anything that would be missed. */
export function writeLocal(key: string, text: string): void {
  try {
    localStorage.setItem(`microgpt-lab.${key}`, text);
  } catch {
    // Storage is full or forbidden.
  }
}
