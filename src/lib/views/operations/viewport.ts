/** A part of a large plane, seen through a window: what is at (x, y) of the plane, in px, is at its corner. */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  /** Pixels of the window for each of the plane. */
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** How far one can zoom out and in. */
export const LEAST_SCALE = 0.08;
export const MOST_SCALE = 4;

/** Free space around what is fitted or brought into sight, in px of the window. */
const MARGIN = 14;

/** Moves what is seen by so many px of the window. */
export function panBy({ x, y, scale }: Viewport, dx: number, dy: number): Viewport {
  return { x: x - dx / scale, y: y - dy / scale, scale };
}

/** Zooms by a factor; what is at a point of the window stays there. */
export function zoomAt({ x, y, scale }: Viewport, factor: number, left: number, top: number) {
  const to = clamp(scale * factor, LEAST_SCALE, MOST_SCALE);
  return { x: x + left / scale - left / to, y: y + top / scale - top / to, scale: to };
}

/** All of a plane, in the middle, no larger than it is. */
export function fit(plane: Size, window: Size): Viewport {
  const across = (window.width - 2 * MARGIN) / plane.width;
  const down = (window.height - 2 * MARGIN) / plane.height;
  return centred(plane, window, clamp(Math.min(across, down), LEAST_SCALE, 1));
}

/** The width of a plane, from its top, at a scale at which it can be read. */
export function fitWidth(plane: Size, window: Size, least: number): Viewport {
  const scale = clamp((window.width - 2 * MARGIN) / plane.width, least, 1);
  const view = centred(plane, window, scale);
  return { ...view, y: Math.min(view.y, -MARGIN / scale) };
}

/**
 * Brings a box that is not wholly in sight to the middle, as far as the plane reaches; of one larger than the window,
 * its corner to the window's.
 */
export function reveal(view: Viewport, box: Box, window: Size, plane: Size): Viewport {
  const margin = MARGIN / view.scale;
  const along = (at: number, seen: number, from: number, size: number, all: number) => {
    const [first, last] = [from - margin, from + size + margin];
    if (at <= first && at + seen >= last) return at;
    const rim = all + margin - seen;
    return clamp(Math.min(from + (size - seen) / 2, first), -margin, Math.max(rim, -margin));
  };
  const [across, down] = [window.width / view.scale, window.height / view.scale];
  const x = along(view.x, across, box.x, box.width, plane.width);
  const y = along(view.y, down, box.y, box.height, plane.height);
  return x === view.x && y === view.y ? view : { ...view, x, y };
}

/** Whether any of a box is in sight. */
export function isInSight({ x, y, scale }: Viewport, box: Box, window: Size): boolean {
  const [right, bottom] = [x + window.width / scale, y + window.height / scale];
  return box.x < right && box.x + box.width > x && box.y < bottom && box.y + box.height > y;
}

/** Another view of the same plane by a key: + and − zoom about the middle, Shift and an arrow pans; null for others. */
export function viewAfter(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  view: Viewport,
  { width, height }: Size
): Viewport | null {
  if (key === '+' || key === '=') return zoomAt(view, ZOOM_STEP, width / 2, height / 2);
  if (key === '-' || key === '−') return zoomAt(view, 1 / ZOOM_STEP, width / 2, height / 2);
  const pan = shiftKey ? pans[key] : undefined;
  return pan ? panBy(view, pan[0] * PAN_STEP, pan[1] * PAN_STEP) : null;
}

export const ZOOM_STEP = 1.25;
const PAN_STEP = 80;

const pans: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0]
};

function centred(plane: Size, window: Size, scale: number): Viewport {
  const middle = (size: number, seen: number) => (size - seen / scale) / 2;
  return { x: middle(plane.width, window.width), y: middle(plane.height, window.height), scale };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
