import { headEmphasis, tokenEmphasis, type Filter, type Pin } from './emphasis';
import { edgeIndex, edgesPerHead } from './edges';
import type { Stars } from './layout';

/** Numbers for one arc: four points of a Bézier curve, then how it is drawn. */
export const ARC_STRIDE = 16;

/** Where they stand after the twelve coordinates. */
export const arcField = {
  /** In units of the scene, at the arc's thick end. */
  width: 12,
  /** 0 … 1. */
  brightness: 13,
  /** Which of the tints: the head's, or one of the two `signTints`. */
  tint: 14,
  /** Which edge it is: `edgeAt` tells. */
  edge: 15
} as const;

/** Tints after those of the heads: values above and below 0. */
export const signTints = { above: 8, below: 9 } as const;

/** Instances of arcs, or of threads: the first `count` are drawn. */
export interface ArcBuffer {
  readonly instances: Float32Array;
  count: number;
}

export function arcBuffer(capacity: number): ArcBuffer {
  return { instances: new Float32Array(capacity * ARC_STRIDE), count: 0 };
}

export interface EdgeAmounts {
  readonly n_layer: number;
  readonly n_head: number;
  readonly T: number;
  /** −1 … 1, laid out as `Edges.values`. */
  readonly amounts: Float32Array;
}

export interface ArcStyle {
  /** Amount below which there is no arc. */
  readonly threshold: number;
  readonly filter: Filter;
  readonly pin: Pin;
  /** Whether the sign gives the tint, and not the head. */
  readonly signed: boolean;
  /** (H, 2): see `headLanes`. */
  readonly lanes: Float32Array;
}

/** Share of the distance between levels that an arc first goes straight up. */
const STEM = 0.42;

/** Width of an arc in units of the scene: it grows with the amount, and with the room between stars. */
export function arcWidth(amount: number, spacing: number): number {
  return Math.abs(amount) * Math.min(0.062, 0.012 + 0.16 * spacing);
}

/** Steep at first, so that weak edges are still seen. */
export function arcBrightness(amount: number): number {
  return Math.abs(amount) ** 0.72;
}

/**
 * Writes an arc for every edge that is shown: from the key's star, on the level that the layer reads, to the query's on
 * the next. Allocates nothing; `buffer` must hold all edges.
 */
export function writeArcs(
  buffer: ArcBuffer,
  stars: Stars,
  edges: EdgeAmounts,
  style: ArcStyle
): void {
  buffer.count = 0;
  for (let layer = 0; layer < edges.n_layer; layer++) {
    for (let head = 0; head < edges.n_head; head++) {
      const emphasis = headEmphasis(style.filter, style.pin, layer, head);
      if (emphasis > 0) writeHead(buffer, stars, edges, style, layer, head, emphasis);
    }
  }
}

function writeHead(
  buffer: ArcBuffer,
  stars: Stars,
  edges: EdgeAmounts,
  { threshold, pin, signed, lanes }: ArcStyle,
  layer: number,
  head: number,
  emphasis: number
): void {
  let edge = edgeIndex(edges, layer, head, 0, 0);
  for (let t = 0; t < edges.T; t++) {
    for (let s = 0; s <= t; s++, edge++) {
      const amount = edges.amounts[edge];
      if (Math.abs(amount) < threshold || amount === 0) continue;
      const at = buffer.count++ * ARC_STRIDE;
      const from = (layer * stars.T + s) * 3;
      const to = ((layer + 1) * stars.T + t) * 3;
      writeCurve(
        buffer.instances,
        at,
        stars.positions,
        from,
        to,
        lanes[2 * head],
        lanes[2 * head + 1]
      );
      const { instances } = buffer;
      instances[at + arcField.width] = arcWidth(amount, stars.spacing);
      instances[at + arcField.brightness] =
        arcBrightness(amount) * emphasis * tokenEmphasis(pin.token, t, s);
      instances[at + arcField.tint] = signed ? signTint(amount) : head;
      instances[at + arcField.edge] = edge;
    }
  }
}

/** The curve leaves the key upwards, bulges into the head's lane and reaches the query from below. */
function writeCurve(
  to: Float32Array,
  at: number,
  positions: Float32Array,
  key: number,
  query: number,
  laneX: number,
  laneZ: number
): void {
  const stem = (positions[query + 1] - positions[key + 1]) * STEM;
  for (let axis = 0; axis < 3; axis++) {
    const lane = axis === 0 ? laneX : axis === 2 ? laneZ : 0;
    const up = axis === 1 ? stem : 0;
    const p0 = positions[key + axis];
    const p3 = positions[query + axis];
    to[at + axis] = p0;
    to[at + 3 + axis] = p0 + up + lane;
    to[at + 6 + axis] = p3 - up + lane;
    to[at + 9 + axis] = p3;
  }
}

function signTint(amount: number): number {
  return amount > 0 ? signTints.above : signTints.below;
}

/** Most arcs of a picture. */
export function arcCapacity(n_layer: number, n_head: number, T: number): number {
  return n_layer * n_head * edgesPerHead(T);
}
