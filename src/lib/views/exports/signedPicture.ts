import { strength, type Grid, type SignedScale } from '../operations/tensorPixels';
import { rampColor, RAMP_SIZE, type Ramp } from '../ramp';
import { element, group, label, stroke, type Ink } from './svg';

/** The two halves of the diverging scale. */
export interface Ramps {
  readonly probability: Ramp;
  readonly loss: Ramp;
}

/** Numbers as squares, each so large, on a signed scale: those of one colour are one path. */
export function signedCells(
  numbers: ArrayLike<number>,
  { rows, columns }: Grid,
  scale: SignedScale,
  { probability, loss }: Ramps,
  { width, height }: { readonly width: number; readonly height: number }
): string {
  const paths = new Map<string, string>();
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const x = numbers[r * columns + c];
      const level = Math.round(strength(x, scale) * (RAMP_SIZE - 1)) / (RAMP_SIZE - 1);
      const color = rampColor(x < 0 ? loss : probability, level);
      paths.set(color, `${paths.get(color) ?? ''}M${c} ${r}h1v1h-1z`);
    }
  }
  const cells = Array.from(paths, ([fill, d]) => element('path', { d, fill }));
  // Coordinates are rounded to hundredths, which a factor must not be.
  const transform = `scale(${(width / columns).toPrecision(8)} ${(height / rows).toPrecision(8)})`;
  return element('g', { transform, 'shape-rendering': 'crispEdges' }, ...cells);
}

/** A tensor’s frame, and “—” where there is nothing in it. */
export function emptySquare(size: number, ink: Ink): string[] {
  return [
    element('rect', { width: size, height: size, ...stroke(ink.line) }),
    label(size / 2, size / 2 + 3, '—', {
      ...{ 'font-size': 9, 'text-anchor': 'middle', fill: ink['ink-3'] }
    })
  ];
}

/** What the colours mean, from left to right. */
export function signedLegend(scale: SignedScale, { probability, loss }: Ramps, ink: Ink): string {
  const text = { font: 'mono', 'font-size': 10, fill: ink['ink-3'] } as const;
  const cell = (i: number, ramp: Ramp, share: number) =>
    element('rect', { x: 52 + i * 4, y: 2, width: 4.2, height: 9, fill: rampColor(ramp, share) });
  const left = Array.from({ length: 16 }, (_, i) => cell(i, loss, 1 - i / 15));
  const right = Array.from({ length: 16 }, (_, i) => cell(i + 16, probability, i / 15));
  const about = scale.kind === 'linear' ? 'linear' : `logarithmic, none below ${scale.from}`;
  return group(
    0,
    0,
    label(46, 10, `−${scale.to}`, { ...text, 'text-anchor': 'end' }),
    ...left,
    ...right,
    label(188, 10, `${scale.to}, ${about}`, text)
  );
}
