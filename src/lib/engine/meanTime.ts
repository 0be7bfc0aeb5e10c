/** Most repeats: even a clock that stands still is believed then. */
const MOST_REPEATS = 2 ** 20;

/** Of so many rounds the quickest counts: what disturbs one seldom disturbs all. */
const ROUNDS = 3;

/**
 * Milliseconds that work takes, on average over as many repeats as fill `enough` ms: a browser's clock ticks coarsely,
 * in steps of up to 0.1 ms.
 * @param work does it so many times
 * @param now milliseconds
 */
export async function meanTime(
  work: (repeats: number) => void | Promise<void>,
  now: () => number,
  enough: number
): Promise<number> {
  for (let repeats = 1; ; repeats *= 2) {
    let quickest = Infinity;
    for (let round = 0; round < ROUNDS; round++) {
      const began = now();
      await work(repeats);
      quickest = Math.min(quickest, now() - began);
    }
    if (quickest >= enough || repeats >= MOST_REPEATS) return quickest / repeats;
  }
}
