/**
 * Where the stars stand. The scene is 2 high: level 0, the embeddings, lies at y = −1; level l + 1, what layer l leaves,
 * above it, the last at y = 1. x runs along the text, z towards the reader.
 */
export interface Stars {
  readonly T: number;
  readonly levels: number;
  /** (levels, T, 3). */
  readonly positions: Float32Array;
  /** Distance of neighbours in a row: what sizes are measured by. */
  readonly spacing: number;
  /** Radius of the circle that holds the stars of each level; null where they stand in rows. */
  readonly reach: number | null;
}

/** Half the length of a row for a panel of an aspect (width / height). */
export function halfWidth(aspect: number): number {
  return Math.min(Math.max(aspect, 0.6), 3);
}

/** Few tokens do not spread over the whole row. */
const FEWEST_GAPS = 5;

/** How far the ends of a row bend away from the reader. */
const BEND = 0.22;

/** Every level a row in reading order, all rows alike, bent like the seats of a theatre. */
export function readingStars(T: number, n_layer: number, aspect: number): Stars {
  const levels = n_layer + 1;
  const X = halfWidth(aspect);
  const spacing = (2 * X) / Math.max(T - 1, FEWEST_GAPS);
  const positions = new Float32Array(levels * T * 3);
  for (let star = 0; star < levels * T; star++) {
    const x = ((star % T) - (T - 1) / 2) * spacing;
    positions[3 * star] = x;
    positions[3 * star + 1] = levelHeight(Math.floor(star / T), n_layer);
    positions[3 * star + 2] = -BEND * (x / X) ** 2;
  }
  return { T, levels, positions, spacing, reach: null };
}

/**
 * Every level a plane, on it the residual stream as two coordinates.
 * @param points (levels, T, 2): one scale for all levels, so that the stream is seen to grow
 */
export function residualStars(points: Float64Array, T: number, aspect: number): Stars {
  const levels = points.length / (2 * T);
  const reach = farthest(points);
  const X = planeRadius(aspect);
  const positions = new Float32Array(levels * T * 3);
  for (let star = 0; star < levels * T; star++) {
    positions[3 * star] = (X * points[2 * star]) / reach;
    positions[3 * star + 1] = levelHeight(Math.floor(star / T), levels - 1);
    positions[3 * star + 2] = (-X * points[2 * star + 1]) / reach;
  }
  const spacing = (2 * X) / Math.max(Math.sqrt(T) * 2, FEWEST_GAPS);
  return { T, levels, positions, spacing, reach: X };
}

/** A wide panel has room for wide planes. */
function planeRadius(aspect: number): number {
  return Math.min(halfWidth(aspect), 2.8);
}

/** Largest distance from the origin; 1 if all points lie there. */
function farthest(points: Float64Array): number {
  let squares = 0;
  for (let i = 0; i < points.length; i += 2) {
    squares = Math.max(squares, points[i] ** 2 + points[i + 1] ** 2);
  }
  return Math.sqrt(squares) || 1;
}

export function levelHeight(level: number, n_layer: number): number {
  return n_layer === 0 ? 0 : -1 + (2 * level) / n_layer;
}

/**
 * (H, 2) offsets (x, z) in which a head's arcs bulge: the heads stand around the straight line like the staves of a
 * lantern, left and right in turn and each at a depth of its own, so that no two take the same way.
 */
export function headLanes(n_head: number, spacing: number): Float32Array {
  const lanes = new Float32Array(n_head * 2);
  const across = Math.min(0.42 * spacing, 0.2);
  const deep = Math.min(0.16 + 0.5 * spacing, 0.34);
  for (let head = 0; head < n_head && n_head > 1; head++) {
    const z = (2 * head + 1) / n_head - 1;
    const side = head % 2 === 0 ? -1 : 1;
    lanes.set([side * across * Math.sqrt(1 - z * z), deep * z], head * 2);
  }
  return lanes;
}

/** Points that must be in the picture, (n, 3): the lowest and the highest row along their bend, which rows of any length follow. */
export function readingOutline(aspect: number): Float32Array {
  const X = halfWidth(aspect);
  const along = Array.from({ length: 13 }, (_, k) => (k - 6) / 6);
  return Float32Array.of(
    ...[-1, 1].flatMap((y) => along.flatMap((share) => [share * X, y, -BEND * share ** 2]))
  );
}

/** The same for planes: points of the circles around them. */
export function planeOutline(aspect: number): Float32Array {
  const radius = planeRadius(aspect);
  const turns = Array.from({ length: 24 }, (_, k) => (k * Math.PI) / 12);
  return Float32Array.of(
    ...[-1, 1].flatMap((y) =>
      turns.flatMap((turn) => [radius * Math.cos(turn), y, radius * Math.sin(turn)])
    )
  );
}
