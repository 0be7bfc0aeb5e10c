/** A label that would like to stand beside a point of the picture, in CSS pixels. */
export interface LabelWish {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Distance to keep from the point. */
  readonly gap: number;
  /** Where it may stand, the best first. */
  readonly sides: readonly Side[];
  /** Labels of higher rank are placed first. */
  readonly rank: number;
}

export type Side =
  'below' | 'above' | 'left' | 'right' | 'farBelow' | 'farAbove' | 'belowLeft' | 'aboveRight';

/** A label with a place: its upper left corner. */
export interface PlacedLabel {
  readonly wish: LabelWish;
  readonly left: number;
  readonly top: number;
}

export interface Bounds {
  readonly width: number;
  readonly height: number;
}

/** Room between labels. */
const CLEAR = 1.5;

/** Places labels one after another, each where it is inside the picture and touches none before it; others are left out. */
export function placeLabels(wishes: readonly LabelWish[], bounds: Bounds): PlacedLabel[] {
  const placed: PlacedLabel[] = [];
  for (const wish of wishes.toSorted((a, b) => b.rank - a.rank)) {
    const place = wish.sides
      .map((side) => beside(wish, side))
      .find((label) => isInside(label, bounds) && !placed.some((other) => overlap(label, other)));
    if (place) placed.push(place);
  }
  return placed;
}

function beside(wish: LabelWish, side: Side): PlacedLabel {
  const { x, y, width, height, gap } = wish;
  const [middleX, middleY] = [x - width / 2, y - height / 2];
  switch (side) {
    case 'below':
      return { wish, left: middleX, top: y + gap };
    case 'farBelow':
      return { wish, left: middleX, top: y + gap + height };
    case 'above':
      return { wish, left: middleX, top: y - gap - height };
    case 'farAbove':
      return { wish, left: middleX, top: y - gap - 2 * height };
    case 'belowLeft':
      return { wish, left: x + height / 3 - width, top: y + gap };
    case 'aboveRight':
      return { wish, left: x - height / 3, top: y - gap - height };
    case 'left':
      return { wish, left: x - gap - width, top: middleY };
    case 'right':
      return { wish, left: x + gap, top: middleY };
  }
}

function isInside({ wish, left, top }: PlacedLabel, { width, height }: Bounds): boolean {
  return left >= 0 && top >= 0 && left + wish.width <= width && top + wish.height <= height;
}

function overlap(a: PlacedLabel, b: PlacedLabel): boolean {
  return (
    a.left < b.left + b.wish.width + CLEAR &&
    b.left < a.left + a.wish.width + CLEAR &&
    a.top < b.top + b.wish.height &&
    b.top < a.top + a.wish.height
  );
}
