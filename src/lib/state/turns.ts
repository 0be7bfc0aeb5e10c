/** Does pieces of work one after another, each when the one before it is done. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Rejects as the work does; the next piece begins all the same. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => null);
    return done;
  }
}
