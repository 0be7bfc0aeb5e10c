import type { NodeTime } from './engine';
import type { Program } from './program';

/** Runs a node's forward or backward so many times. */
export type NodeWork = (
  n: number,
  pass: 'forward' | 'backward',
  repeats: number
) => void | Promise<void>;

/** Most repeats: even a clock that stands still is believed then. */
const MOST_REPEATS = 2 ** 20;

/** Of so many rounds the quickest counts: what disturbs one seldom disturbs all. */
const ROUNDS = 3;

/**
 * How long each node of a program takes, on average over as many repeats as fill `enough` ms: a browser's clock ticks
 * coarsely, in steps of up to 0.1 ms.
 * @param now milliseconds
 */
export async function timeEachNode(
  { nodes }: Program,
  work: NodeWork,
  now: () => number,
  enough: number
): Promise<NodeTime[]> {
  const times: NodeTime[] = [];
  for (const [n, { name }] of nodes.entries()) {
    const time = (pass: 'forward' | 'backward') =>
      meanTime((repeats) => work(n, pass, repeats), now, enough);
    times.push({ node: name, forward: await time('forward'), backward: await time('backward') });
  }
  return times;
}

async function meanTime(
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
