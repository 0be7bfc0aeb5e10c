import type { Axis } from '../charts/axis';
import { axisTicks } from '../charts/axis';
import { stepX, type Curve } from '../charts/curve';
import type { PlaceTick } from '../charts/signedAxis';
import { curvePath, plotY, type Plot } from './chart';
import { element, group, label, stroke, type Ink } from './svg';

/** A chart of lines over places 1 … `count`. */
export interface LinesPicture {
  readonly title: string;
  readonly lines: readonly {
    readonly curve: Curve;
    readonly name: string;
    readonly color: string;
  }[];
  readonly count: number;
  readonly axis: Axis;
  readonly ticks: readonly PlaceTick[];
}

const LEFT = 62;

/** The chart in a room of so many pixels; its names stand above it. */
export function linesPicture(
  { title, lines, count, axis, ticks }: LinesPicture,
  ink: Ink,
  { width, height }: { readonly width: number; readonly height: number }
): string[] {
  const plot: Plot = { width: width - LEFT, height, axis, lastStep: count };
  const mono = { font: 'mono', 'font-size': 10, fill: ink['ink-3'] } as const;
  const across = axisTicks(axis, Math.max(height / 44, 2)).flatMap((value) => {
    const y = plotY(plot, value);
    return [
      element('line', { x1: 0, x2: plot.width, y1: y, y2: y, ...stroke(ink.line) }),
      label(-6, y + 3.5, String(value), { ...mono, 'text-anchor': 'end' })
    ];
  });
  const below = ticks.map(({ at, text }) => {
    const x = stepX(at, count, plot.width);
    return label(x, height + 15, text, { ...mono, 'text-anchor': x < 12 ? 'start' : 'middle' });
  });
  const names = lines.map(({ name, color }, i) =>
    label(LEFT + 130 + i * 120, 10, name, { 'font-size': 11, fill: ink[color] })
  );
  const curves = lines.map(({ curve, color }) => curvePath(curve, plot, stroke(ink[color])));
  return [
    label(LEFT, 10, title, { 'font-size': 11, 'font-weight': 600, fill: ink['ink-1'] }),
    ...names,
    group(LEFT, 20, ...across, ...below, ...curves)
  ];
}
