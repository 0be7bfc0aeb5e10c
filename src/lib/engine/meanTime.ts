/** Most repeats: even a clock that stands still is believed then. */
const MOST_REPEATS = 2 ** 20;

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
    const began = now();
    await work(repeats);
    const spent = now() - began;
    if (spent >= enough || repeats >= MOST_REPEATS) return spent / repeats;
  }
}
