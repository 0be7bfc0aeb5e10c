/** Milliseconds for which a picture stands while its source moves on: five a second can still be read. */
const STANDING = 200;

/** Holds back what changes faster than anyone can read. */
export class Calm<T> {
  #shown: T | undefined;
  #since = -Infinity;

  /** The newest value, or the one shown before while that has not stood long enough. */
  next(newest: T, isMoving: boolean, now = performance.now()): T {
    if (isMoving && this.#shown !== undefined && now - this.#since < STANDING) return this.#shown;
    if (newest !== this.#shown) this.#since = now;
    this.#shown = newest;
    return newest;
  }
}
