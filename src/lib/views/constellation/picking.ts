import { ARC_STRIDE, arcField, type ArcBuffer } from './arcs';

/** How points of the scene come to the screen. */
export interface Screen {
  /** Projection · view, (4, 4) column after column. */
  readonly matrix: ArrayLike<number>;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Pixels of the points (n, 3), as (n, 3): x, y, and the depth, below 0 behind the camera. */
export function projectPoints(points: Float32Array, screen: Screen, to: Float32Array): void {
  for (let i = 0; i < points.length; i += 3) {
    projectPoint(points, i, screen, to, i);
  }
}

function projectPoint(
  from: Float32Array,
  i: number,
  { matrix: m, width, height }: Screen,
  to: Float32Array,
  at: number
): void {
  const [x, y, z] = [from[i], from[i + 1], from[i + 2]];
  const w = m[3] * x + m[7] * y + m[11] * z + m[15];
  to[at] = ((m[0] * x + m[4] * y + m[8] * z + m[12]) / w + 1) * 0.5 * width;
  to[at + 1] = (1 - (m[1] * x + m[5] * y + m[9] * z + m[13]) / w) * 0.5 * height;
  to[at + 2] = w;
}

/** The projected point nearest to (x, y) within `reach` pixels, or null. */
export function nearestPoint(
  projected: Float32Array,
  x: number,
  y: number,
  reach: number
): number | null {
  let nearest: number | null = null;
  let least = reach;
  for (let i = 0; i < projected.length; i += 3) {
    const distance = Math.hypot(projected[i] - x, projected[i + 1] - y);
    if (projected[i + 2] > 0 && distance < least) {
      least = distance;
      nearest = i / 3;
    }
  }
  return nearest;
}

/** An arc is looked at as this many straight pieces. */
const PIECES = 16;

const corners = new Float32Array(12);

/** The edge of the arc nearest to (x, y) within `reach` pixels, the brighter of equals; or null. */
export function nearestArc(
  { instances, count }: ArcBuffer,
  screen: Screen,
  x: number,
  y: number,
  reach: number
): number | null {
  let nearest: number | null = null;
  let least = reach;
  for (let at = 0; at < count * ARC_STRIDE; at += ARC_STRIDE) {
    for (let p = 0; p < 12; p += 3) projectPoint(instances, at + p, screen, corners, p);
    if (!nearBox(x, y, least)) continue;
    const distance = curveDistance(x, y) - instances[at + arcField.brightness];
    if (distance < least) {
      least = distance;
      nearest = instances[at + arcField.edge];
    }
  }
  return nearest;
}

function nearBox(x: number, y: number, reach: number): boolean {
  return (
    x > Math.min(corners[0], corners[3], corners[6], corners[9]) - reach &&
    x < Math.max(corners[0], corners[3], corners[6], corners[9]) + reach &&
    y > Math.min(corners[1], corners[4], corners[7], corners[10]) - reach &&
    y < Math.max(corners[1], corners[4], corners[7], corners[10]) + reach
  );
}

/** Distance to the curve of the four projected corners: near to the curve that is drawn, as depths differ little. */
function curveDistance(x: number, y: number): number {
  let least = Infinity;
  let [x0, y0] = [corners[0], corners[1]];
  for (let k = 1; k <= PIECES; k++) {
    const x1 = bezier(k / PIECES, 0);
    const y1 = bezier(k / PIECES, 1);
    least = Math.min(least, segmentDistance(x, y, x0, y0, x1, y1));
    x0 = x1;
    y0 = y1;
  }
  return least;
}

function bezier(u: number, axis: number): number {
  const v = 1 - u;
  return (
    v * v * v * corners[axis] +
    3 * v * v * u * corners[3 + axis] +
    3 * v * u * u * corners[6 + axis] +
    u * u * u * corners[9 + axis]
  );
}

function segmentDistance(
  x: number,
  y: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number
): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const share = length > 0 ? ((x - x0) * dx + (y - y0) * dy) / length : 0;
  const u = Math.min(Math.max(share, 0), 1);
  return Math.hypot(x0 + u * dx - x, y0 + u * dy - y);
}
