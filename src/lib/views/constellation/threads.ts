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
  const place = (star: number) => positions.subarray(3 * star, 3 * star + 3);
  for (let star = 0; star < levels * T; star++) {
    const stream = star % T === pin.token ? light.pinned : light.stream;
    if (star + T < levels * T) writeThread(buffer, place(star), place(star + T), stream);
    if ((star + 1) % T > 0) writeThread(buffer, place(star), place(star + 1), light.text);
  }
  if (stars.reach === null) return;
  for (let level = 0; level < levels; level++) writeCircle(buffer, stars.reach, level, levels);
}

function writeCircle(buffer: ArcBuffer, radius: number, level: number, levels: number): void {
  const y = levelHeight(level, levels - 1);
  const at = (k: number) => {
    const turn = (2 * Math.PI * k) / CIRCLE;
    return [radius * Math.cos(turn), y, radius * Math.sin(turn)];
  };
  for (let k = 0; k < CIRCLE; k++) writeThread(buffer, at(k), at(k + 1), light.circle);
}

function writeThread(
  buffer: ArcBuffer,
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  brightness: number
): void {
  const { instances } = buffer;
  const at = buffer.count++ * ARC_STRIDE;
  for (let point = 0; point < 4; point++) {
    for (let axis = 0; axis < 3; axis++) {
      instances[at + 3 * point + axis] = from[axis] + ((to[axis] - from[axis]) * point) / 3;
    }
  }
  instances[at + arcField.width] = WIDTH;
  instances[at + arcField.brightness] = brightness;
  instances[at + arcField.tint] = 0;
}
