import type { Snapshot } from '../../run/snapshot';
import { lossAxis } from '../charts/axis';
import { extent, smooth, type Curve } from '../charts/curve';
import { formatLoss } from '../format';
import { axes, curvePath, plotY, type Plot } from './chart';
import { exportHead, type PanelExports, type Table } from './exports';
import { element, group, label, sheet, stroke, type Ink } from './svg';

export interface LossView {
  readonly snapshot: Snapshot;
  /** The loss on the other engine, and what to call it. */
  readonly twin: Curve | null;
  readonly twinName: string;
  readonly log: boolean;
}

export function lossExport(view: LossView): PanelExports {
  const head = exportHead('loss', view.snapshot, view.snapshot.step);
  return {
    ...head,
    table: () => lossTable(view),
    picture: (ink) => lossPicture(view, head.caption, ink)
  };
}

function lossTable({ snapshot, twin }: LossView): Table {
  const { loss, learning_rate } = snapshot.curves;
  const smoothed = smooth(loss);
  return {
    header: ['step', 'loss', 'smoothed', 'learning_rate', ...(twin ? ['twin_loss'] : [])],
    rows: loss.map((value, i) => [
      ...[i + 1, value, smoothed[i], learning_rate[i]],
      ...(twin ? [twin[i] ?? ''] : [])
    ])
  };
}

const ROOM = { width: 720, height: 300 };
const LEFT = 40;

function lossPicture(view: LossView, caption: string, ink: Ink): string {
  const { snapshot, twin, log } = view;
  const { loss, learning_rate } = snapshot.curves;
  const smoothed = smooth(loss);
  const knowingNothing = Math.log(Math.max(snapshot.vocabulary.length, 2));
  const [least, most] = extent(loss) ?? [knowingNothing, knowingNothing];
  const { num_steps = 1, learning_rate: topRate = 1 } = snapshot.settings ?? {};
  const plot: Plot = {
    width: ROOM.width - LEFT,
    height: ROOM.height,
    axis: lossAxis(log, knowingNothing, least, most),
    lastStep: num_steps
  };
  // As on the screen, the learning rate has no numbers of its own: it is stretched to most of the height.
  const rate = Array.from(learning_rate, (value) => (0.87 * value) / topRate);
  const rates: Plot = { ...plot, axis: { log: false, from: 0, to: 1 } };
  const body = [
    ...axes(plot, ink),
    ...reference(plot, knowingNothing, ink),
    curvePath(rate, rates, { ...stroke(ink['curve-rate']), 'stroke-dasharray': '1 3' }),
    curvePath(loss, plot, stroke(ink['curve-raw'])),
    curvePath(smoothed, plot, { ...stroke(ink['curve-loss']), 'stroke-width': 2 }),
    twin
      ? curvePath(smooth(twin), plot, { ...stroke(ink['curve-twin']), 'stroke-dasharray': '5 5' })
      : ''
  ];
  const told = [
    `loss ${formatLoss(loss.at(-1))}`,
    `smoothed ${formatLoss(smoothed[loss.length - 1])}`,
    `min ${formatLoss(least)}`,
    `max ${formatLoss(most)}`,
    ...(twin ? [`${view.twinName} ${formatLoss(twin[loss.length - 1])}`] : [])
  ].join('   ');
  return sheet({
    ...{ title: 'Loss in nats, by step', caption, ink, width: ROOM.width },
    height: ROOM.height + 50,
    body: [
      label(LEFT, 4, told, { font: 'mono', 'font-size': 11, fill: ink['ink-1'] }),
      group(LEFT, 22, ...body)
    ]
  });
}

/** The loss of guessing blindly, if the chart reaches so high. */
function reference(plot: Plot, value: number, ink: Ink): string[] {
  if (plot.axis.to <= value) return [];
  const y = plotY(plot, value);
  const line = { x1: 0, x2: plot.width, y1: y, y2: y, 'stroke-dasharray': '2 4' };
  return [
    element('line', { ...line, ...stroke(ink['ink-3']) }),
    label(plot.width, y - 5, 'knowing nothing', {
      ...{ 'text-anchor': 'end', 'font-size': 10.5, fill: ink['ink-3'] }
    })
  ];
}
