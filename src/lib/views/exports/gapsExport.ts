import type { Gap } from '../../run/checks/tasks';
import type { Axis } from '../charts/axis';
import { decades } from '../charts/curve';
import { axes, curvePath, type Plot } from './chart';
import type { PanelExports } from './exports';
import { group, label, sheet, stroke, type Ink } from './svg';

/** The three distances, step by step. */
export interface GapCurves {
  readonly loss: readonly number[];
  readonly largest: readonly number[];
  readonly relative: readonly number[];
}

const WIDTH = 720;
const HEIGHT = 260;
const LEFT = 48;

export function gapsExport(
  head: Pick<PanelExports, 'stem' | 'caption'>,
  gaps: readonly Gap[],
  { curves, steps }: { readonly curves: GapCurves; readonly steps: number }
): PanelExports {
  return {
    ...head,
    table: () => ({
      header: ['step', 'loss_expected', 'loss_actual', 'largest', 'relative'],
      rows: gaps.map(({ step, loss, largest, relative }) => [
        ...[step, loss.expected, loss.actual, largest, relative]
      ])
    }),
    picture: (ink) => gapsPicture(head.caption, curves, steps, ink)
  };
}

function gapsPicture(caption: string, curves: GapCurves, steps: number, ink: Ink): string {
  const [from, to] = decades([curves.loss, curves.largest, curves.relative]);
  const axis: Axis = { log: true, from, to };
  const plot: Plot = { width: WIDTH - LEFT - 10, height: HEIGHT, axis, lastStep: steps };
  const [loss, weights] = [ink['curve-loss'], ink['curve-twin']];
  const name = (x: number, text: string, fill: string) =>
    label(x, 0, text, { font: 'mono', 'font-size': 11, fill });
  return sheet({
    ...{ title: 'Gap of two engines, by step', caption, ink, width: WIDTH, height: HEIGHT + 60 },
    body: [
      group(
        LEFT,
        8,
        name(0, '|Δ loss|', loss),
        name(90, '‖Δw‖ / ‖w‖', weights),
        name(190, 'max |Δw|, dashed', weights)
      ),
      group(
        LEFT,
        22,
        ...axes(plot, ink),
        curvePath(curves.largest, plot, { ...stroke(weights), 'stroke-dasharray': '4 3' }),
        curvePath(curves.relative, plot, stroke(weights)),
        curvePath(curves.loss, plot, stroke(loss))
      )
    ]
  });
}
