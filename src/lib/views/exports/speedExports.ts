import type { PublishedWorkload } from '../../run/speed/published';
import type { ScalingPoint } from '../../run/speed/scaling';
import type { SpeedReport } from '../../run/speed/speedReport';
import { axisShare, type Axis } from '../charts/axis';
import { logTicks } from '../charts/curve';
import { scalingAxes, type ScalingLine } from '../charts/scalingAxes';
import { laneAxis, laneTicks } from '../speed/lanes';
import type { SpeedGroup, SpeedRow } from '../speed/speedRows';
import { formatFlops, formatTime, pointName, reportWords } from '../speed/words';
import { plotY } from './chart';
import type { PanelExports } from './exports';
import { element, group, label, sheet, stroke, type Ink } from './svg';

const WIDTH = 720;
/** Of a line of a table. */
const LINE = 18;
/** Where its names end and its numbers begin. */
const NAMES = 210;
const NUMBERS = WIDTH - 80;

/** A workload’s times as they stand in its table. */
export function workloadExport(
  workload: PublishedWorkload,
  groups: readonly SpeedGroup[]
): PanelExports {
  const caption = ['microGPT Lab', workload, ...groups.map(({ title }) => title)].join(' · ');
  const rows = groups.flatMap(({ title, rows }) =>
    rows.map((row) => [
      ...[title, row.name, row.ms, row.least, row.most, 1000 / row.ms, row.tokensPerSecond],
      ...[row.opened ?? '', row.ratio ?? '']
    ])
  );
  const times = ['ms_per_step', 'least', 'most', 'steps_per_second', 'tokens_per_second'];
  const header = ['measured', 'who', ...times, 'first_step_ms', 'times_simd'];
  return {
    stem: `speed-${workload}`,
    caption,
    table: () => ({ header, rows }),
    picture: (ink) => lanesPicture(`${workload}: milliseconds per step`, caption, groups, ink)
  };
}

function lanesPicture(
  title: string,
  caption: string,
  groups: readonly SpeedGroup[],
  ink: Ink
): string {
  const axis = laneAxis(groups);
  const lanes = groups.flatMap(({ id, title, rows }) => [
    (y: number) => label(0, y, title, { 'font-size': 11, 'font-weight': 600, fill: ink['ink-3'] }),
    ...rows.map((row) => (y: number) => lane(row, axis, y, id === 'here', ink))
  ]);
  const height = LINE * (lanes.length + 1);
  const ticks = laneTicks(axis).flatMap((tick) => {
    const x = laneX(axis, tick);
    const text = {
      font: 'mono',
      'font-size': 10,
      fill: ink['ink-3'],
      'text-anchor': 'middle'
    } as const;
    return [
      element('line', { x1: x, x2: x, y1: 6, y2: height, ...stroke(ink.line) }),
      label(x, 0, String(tick), text)
    ];
  });
  const body = [...ticks, ...lanes.map((draw, i) => draw(LINE * (i + 1)))];
  return sheet({ title, caption, ink, width: WIDTH, height, body });
}

function laneX(axis: Axis, ms: number): number {
  return NAMES + axisShare(axis, ms) * (NUMBERS - NAMES);
}

function lane(row: SpeedRow, axis: Axis, y: number, isHere: boolean, ink: Ink): string {
  const color = isHere ? ink.accent : row.ours ? ink['curve-twin'] : ink['ink-3'];
  const [from, at, to] = [row.least, row.ms, row.most].map((ms) => laneX(axis, ms));
  const text = { font: 'mono', 'font-size': 11, fill: ink['ink-1'] } as const;
  const dot = { cx: at, cy: -4, r: 3.5, stroke: color, fill: row.ours ? color : ink['surface-1'] };
  return group(
    0,
    y,
    label(0, 0, row.name, text),
    element('line', { x1: from, x2: to, y1: -4, y2: -4, ...stroke(color) }),
    element('circle', dot),
    label(WIDTH, 0, formatTime(row.ms), { ...text, 'text-anchor': 'end' })
  );
}

/** The curves over the sizes of step, and the numbers behind them. */
export function scalingExport(
  report: SpeedReport,
  points: readonly ScalingPoint[],
  lines: readonly ScalingLine[]
): PanelExports {
  const caption = `microGPT Lab · ms per step by size · ${reportWords(report)}`;
  const rows = points.map((point) => [
    ...[pointName(point), point.case.flopsPerStep, point.simd ?? '', point.gpu ?? '']
  ]);
  return {
    stem: 'speed-by-size',
    caption,
    table: () => ({ header: ['step', 'flops_per_step', 'simd_ms', 'gpu_ms'], rows }),
    picture: (ink) => scalingPicture(caption, lines, ink)
  };
}

const PLOT = { width: WIDTH - 48, height: 260 };

function scalingPicture(caption: string, lines: readonly ScalingLine[], ink: Ink): string {
  const { x, y } = scalingAxes(lines);
  const plot = { axis: y, height: PLOT.height };
  const across = (flops: number) => axisShare(x, flops) * PLOT.width;
  const text = { font: 'mono', 'font-size': 10, fill: ink['ink-3'] } as const;
  const grid = [
    ...logTicks(x.from, x.to).map((tick) =>
      label(across(tick), PLOT.height + 15, formatFlops(tick), { ...text, 'text-anchor': 'middle' })
    ),
    ...logTicks(y.from, y.to).flatMap((tick) => [
      element('line', {
        x1: 0,
        x2: PLOT.width,
        y1: plotY(plot, tick),
        y2: plotY(plot, tick),
        ...stroke(ink.line)
      }),
      label(-6, plotY(plot, tick) + 3.5, String(tick), { ...text, 'text-anchor': 'end' })
    ])
  ];
  const curves = lines.flatMap(({ color, points }) => {
    const places = points.map(({ flops, ms }) => [across(flops), plotY(plot, ms)] as const);
    const d = `M${places.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L')}`;
    const dots = places.map(([cx, cy]) => element('circle', { cx, cy, r: 3, fill: ink[color] }));
    return [element('path', { d, ...stroke(ink[color]), 'stroke-width': 2 }), ...dots];
  });
  const names = lines.map(({ name, color }, i) =>
    label(48 + 220 * i, 4, name, { font: 'mono', 'font-size': 11, fill: ink[color] })
  );
  const body = [...names, group(48, 16, ...grid, ...curves)];
  const title = 'Milliseconds per step by size of step';
  return sheet({ title, caption, ink, width: WIDTH, height: PLOT.height + 40, body });
}
