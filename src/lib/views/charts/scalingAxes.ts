import type { Axis } from './axis';
import { decades } from './curve';

/** One engine’s times by size of step. */
export interface ScalingLine {
  readonly name: string;
  readonly color: 'curve-twin' | 'curve-loss';
  readonly points: readonly { readonly flops: number; readonly ms: number }[];
}

/** Whole decades around all times; across, the sizes with a little room. */
export function scalingAxes(lines: readonly ScalingLine[]): { readonly x: Axis; readonly y: Axis } {
  const points = lines.flatMap((line) => line.points);
  const flops = points.map((point) => point.flops);
  const [from, to] = decades([points.map(({ ms }) => ms)]);
  return {
    x: { log: true, from: Math.min(...flops) / 1.4, to: Math.max(...flops) * 1.4 },
    y: { log: true, from, to }
  };
}
