import { ARC_STRIDE, arcField, type ArcBuffer } from './arcs';
import type { Pin } from './emphasis';
import { levelHeight, type Stars } from './layout';

/** Pieces of the circle around a plane. */
const CIRCLE = 72;

const WIDTH = 0.004;

/** How bright each kind of thread is. */
const light = { stream: 0.2, pinned: 0.9, text: 0.38, circle: 0.46 } as const;

/** Most threads of a picture. */
export function threadCapacity(levels: number, T: number): number {
  return (levels - 1) * T + levels * (T - 1) + levels * CIRCLE;
}

/** Straight threads: the residual stream up each token, each level along the text, and the circles around planes. */
export function writeThreads(buffer: ArcBuffer, stars: Stars, pin: Pin): void {
  buffer.count = 0;
  const { T, levels, positions } = stars;
  for (let star = 0; star < levels * T; star++) {
    const stream = star % T === pin.token ? light.pinned : light.stream;
    if (star + T < levels * T) writeThread(buffer, positions, 3 * star, 3 * (star + T), stream);
    if ((star + 1) % T > 0) writeThread(buffer, positions, 3 * star, 3 * star + 3, light.text);
  }
  if (stars.reach === null) return;
  for (let level = 0; level < levels; level++) writeCircle(buffer, stars.reach, level, levels);
}

/** Two points of a circle, (2, 3). */
const ends = new Float64Array(6);

function writeCircle(buffer: ArcBuffer, radius: number, level: number, levels: number): void {
  const y = levelHeight(level, levels - 1);
  for (let k = 0; k < CIRCLE; k++) {
    for (let end = 0; end < 2; end++) {
      const turn = (2 * Math.PI * (k + end)) / CIRCLE;
      ends[3 * end] = radius * Math.cos(turn);
      ends[3 * end + 1] = y;
      ends[3 * end + 2] = radius * Math.sin(turn);
    }
    writeThread(buffer, ends, 0, 3, light.circle);
  }
}

/** From the point at one place of `points` to that at another. Allocates nothing. */
function writeThread(
  buffer: ArcBuffer,
  points: ArrayLike<number>,
  from: number,
  to: number,
  brightness: number
): void {
  const { instances } = buffer;
  const at = buffer.count++ * ARC_STRIDE;
  for (let axis = 0; axis < 3; axis++) {
    const begin = points[from + axis];
    const way = points[to + axis] - begin;
    for (let point = 0; point < 4; point++) {
      instances[at + 3 * point + axis] = begin + (way * point) / 3;
    }
  }
  instances[at + arcField.width] = WIDTH;
  instances[at + arcField.brightness] = brightness;
  instances[at + arcField.tint] = 0;
}
