import { edgesPerHead } from './edges';
import type { EdgeAmounts } from './arcs';
import type { Stars } from './layout';

/** Half of the way is gone in this many milliseconds. */
const HALF_LIFE = 70;

/** Differences below this are taken at once: half of what 8 bits of brightness can show. */
const NEAR = 1 / 512;

/** What is on the screen, on its way to what was last computed; at rest it is that, exactly. */
export class Transition {
  #edges: EdgeAmounts | null = null;
  #stars: Stars | null = null;
  #targetEdges: EdgeAmounts | null = null;
  #targetStars: Stars | null = null;
  #isResting = true;

  get edges(): EdgeAmounts | null {
    return this.#edges;
  }

  get stars(): Stars | null {
    return this.#stars;
  }

  get isResting(): boolean {
    return this.#isResting;
  }

  /** Heads for new numbers; without `smooth`, or where the model has another shape, it is there at once. */
  aim(stars: Stars, edges: EdgeAmounts, smooth: boolean): void {
    this.#targetStars = stars;
    this.#targetEdges = edges;
    const [before, starsBefore] = [this.#edges, this.#stars];
    const isSameModel = before?.n_layer === edges.n_layer && before.n_head === edges.n_head;
    if (!smooth || !before || !starsBefore || !isSameModel) return this.#arrive();
    this.#edges = { ...edges, amounts: carryAmounts(before, edges) };
    this.#stars = { ...stars, positions: carryPositions(starsBefore, stars) };
    this.#isResting = false;
  }

  /** Moves on by `elapsed` milliseconds. */
  advance(elapsed: number): void {
    if (this.#isResting || !this.#edges || !this.#stars) return;
    const keep = 0.5 ** (elapsed / HALF_LIFE);
    const left = approach(this.#edges.amounts, this.#targetEdges!.amounts, keep);
    const way = approach(this.#stars.positions, this.#targetStars!.positions, keep);
    if (Math.max(left, way) < NEAR) this.#arrive();
  }

  #arrive(): void {
    this.#edges = this.#targetEdges;
    this.#stars = this.#targetStars;
    this.#isResting = true;
  }
}

/** Brings `shown` nearer to `target`, of whose distance `keep` is left; the largest distance left. */
function approach(shown: Float32Array, target: Float32Array, keep: number): number {
  let largest = 0;
  for (let i = 0; i < shown.length; i++) {
    const left = (shown[i] - target[i]) * keep;
    shown[i] = target[i] + left;
    if (left > largest) largest = left;
    else if (-left > largest) largest = -left;
  }
  return largest;
}

/** The amounts shown before, in the order of a document of another length; edges that were not there begin at 0. */
export function carryAmounts(before: EdgeAmounts, next: EdgeAmounts): Float32Array {
  const carried = new Float32Array(next.amounts.length);
  const [from, to] = [edgesPerHead(before.T), edgesPerHead(next.T)];
  for (let block = 0; block < next.n_layer * next.n_head; block++) {
    const count = Math.min(from, to);
    carried.set(before.amounts.subarray(block * from, block * from + count), block * to);
  }
  return carried;
}

/** The positions shown before; stars that were not there begin where they belong. */
export function carryPositions(before: Stars, next: Stars): Float32Array {
  const carried = next.positions.slice();
  if (before.levels !== next.levels) return carried;
  for (let level = 0; level < next.levels; level++) {
    const count = Math.min(before.T, next.T) * 3;
    const from = level * before.T * 3;
    carried.set(before.positions.subarray(from, from + count), level * next.T * 3);
  }
  return carried;
}
