const keyOf = (key: string) => `microgpt-lab.${key}`;

/** A short text kept in this browser, or null; a browser that keeps nothing gives null. */
export function readLocal(key: string): string | null {
  try {
    return localStorage.getItem(keyOf(key));
  } catch {
    return null;
  }
}

/** Keeps a short text if the browser lets us; it is never anything that would be missed. False if it does not. */
export function writeLocal(key: string, text: string): boolean {
  try {
    localStorage.setItem(keyOf(key), text);
    return true;
  } catch {
    // Storage is full or forbidden.
    return false;
  }
}

/** Calls back when another tab has changed a kept text; gives the way to stop. */
export function watchLocal(key: string, changed: () => void): () => void {
  const listen = (event: StorageEvent) => {
    if (event.key === keyOf(key) || event.key === null) changed();
  };
  addEventListener('storage', listen);
  return () => removeEventListener('storage', listen);
}
