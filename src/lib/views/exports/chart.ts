import { axisShare, axisTicks, type Axis } from '../charts/axis';
import { pixelColumns, stepX, ticks, type Curve } from '../charts/curve';
import { formatCount } from '../format';
import { element, label, stroke, type Ink } from './svg';

/** The room of a chart, and what its axes stand for. */
export interface Plot {
  readonly width: number;
  readonly height: number;
  readonly axis: Axis;
  readonly lastStep: number;
}

/** From the top, in pixels. */
export function plotY({ axis, height }: Pick<Plot, 'axis' | 'height'>, value: number): number {
  return height * (1 - axisShare(axis, value));
}

/** Horizontal lines with their values, and the steps below. */
export function axes(plot: Plot, ink: Ink, labelled = true): string[] {
  const { width, height, axis, lastStep } = plot;
  const text = { font: 'mono', 'font-size': 10, fill: ink['ink-3'] } as const;
  const lines = axisTicks(axis, Math.max(height / 44, 2)).flatMap((value) => {
    const y = plotY(plot, value);
    const name = axis.log && value < 0.01 ? value.toExponential(0) : String(value);
    return [
      element('line', { x1: 0, x2: width, y1: y, y2: y, ...stroke(ink.line) }),
      ...(labelled ? [label(-6, y + 3.5, name, { ...text, 'text-anchor': 'end' })] : [])
    ];
  });
  const steps = [1, ...ticks(0, lastStep, Math.max(width / 90, 1)).filter(isLaterStep)];
  const below = steps.map((step) =>
    label(stepX(step, lastStep, width), height + 15, formatCount(step), {
      ...text,
      'text-anchor': step === 1 ? 'start' : step === lastStep ? 'end' : 'middle'
    })
  );
  return [...lines, ...below];
}

/** A curve through its pixel columns, as on the screen: no peak is lost. Broken nowhere; empty if it has no number. */
export function curvePath(
  curve: Curve,
  plot: Plot,
  look: Readonly<Record<string, string | number>>
) {
  const columns = pixelColumns(curve, plot.lastStep, plot.width);
  const points = columns.flatMap(({ x, first, min, max, last }) =>
    [...new Set([first, max, min, last])].map((value) => `${x} ${round(plotY(plot, value))}`)
  );
  if (points.length === 0) return '';
  const d = `M${points.join('L')}${points.length === 1 ? 'h1' : ''}`;
  return element('path', { d, 'stroke-linejoin': 'round', ...look });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function isLaterStep(step: number): boolean {
  return step > 1 && Number.isInteger(step);
}
