import { logTicks, ticks } from './curve';

/** A vertical axis: its range and how a value lies on it. */
export interface Axis {
  readonly log: boolean;
  readonly from: number;
  readonly to: number;
}

/** A value in the units that LayerCake scales linearly. */
export function axisValue({ log, from }: Axis, value: number): number {
  return log ? Math.log10(Math.max(value, from)) : value;
}

export function axisDomain(axis: Axis): [number, number] {
  return [axisValue(axis, axis.from), axisValue(axis, axis.to)];
}

/** Where a value lies on it: 0 at its beginning, 1 at its end. */
export function axisShare(axis: Axis, value: number): number {
  const [low, high] = axisDomain(axis);
  return (axisValue(axis, value) - low) / (high - low);
}

export function axisTicks({ log, from, to }: Axis, count: number): number[] {
  return log ? logTicks(from, to) : ticks(from, to, count);
}

/**
 * The loss axis. Its top is that of knowing nothing, ln V, with room above, so that runs on one text share a picture;
 * only a loss that leaves it stretches it.
 */
export function lossAxis(log: boolean, knowingNothing: number, least: number, most: number): Axis {
  const to = Math.max(knowingNothing * 1.15, most * 1.03);
  if (!log) return { log, from: 0, to };
  return { log, from: Math.min(0.5, Math.max(least * 0.9, 1e-4)), to };
}
