import type { Box } from './viewport';

const directions: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0]
};

type Place = Pick<Box, 'x' | 'y' | 'width'>;

/** The box that an arrow key leads to: the nearest that way; null for other keys and at the rim. */
export function boxTowards<P extends Place>(
  boxes: readonly P[],
  start: P | undefined,
  key: string
): P | null {
  const direction = directions[key];
  if (!direction || !start) return null;
  const [dx, dy] = direction;
  const ahead = boxes.flatMap((box) => {
    const [x, y] = [middleOf(box) - middleOf(start), box.y - start.y];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    return along > 0 && (dy !== 0 || aside === 0) ? [{ box, distance: 4 * along + aside }] : [];
  });
  return ahead.sort((a, b) => a.distance - b.distance)[0]?.box ?? null;
}

function middleOf({ x, width }: Place): number {
  return x + width / 2;
}
