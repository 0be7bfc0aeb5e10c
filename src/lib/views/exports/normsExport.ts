import type { Snapshot } from '../../run/snapshot';
import type { Axis } from '../charts/axis';
import { decades } from '../charts/curve';
import { formatSmall } from '../format';
import { groupNames, groupTitles } from '../parameterGroups';
import { axes, curvePath, type Plot } from './chart';
import { exportHead, type PanelExports, type Table } from './exports';
import { group, label, sheet, stroke, type Ink } from './svg';

export function normsExport(snapshot: Snapshot): PanelExports {
  const head = exportHead('norms', snapshot, snapshot.step);
  return {
    ...head,
    table: () => normsTable(snapshot),
    picture: (ink) => normsPicture(snapshot, head.caption, ink)
  };
}

function normsTable({ curves: { loss, gradient_norms, update_norms } }: Snapshot): Table {
  const header = groupNames.flatMap((name) => [`gradient_norm.${name}`, `update_norm.${name}`]);
  const rows = loss.map((_, i) => [
    i + 1,
    ...groupNames.flatMap((name) => [gradient_norms[name][i], update_norms[name][i]])
  ]);
  return { header: ['step', ...header], rows };
}

const WIDTH = 720;
const HEIGHT = 190;
const LEFT = 40;
const GAP = 16;

function normsPicture(snapshot: Snapshot, caption: string, ink: Ink): string {
  const { gradient_norms, update_norms } = snapshot.curves;
  const [from, to] = decades(
    groupNames.flatMap((name) => [gradient_norms[name], update_norms[name]])
  );
  const axis: Axis = { log: true, from, to };
  const width = (WIDTH - LEFT - GAP * (groupNames.length - 1)) / groupNames.length;
  const plot: Plot = {
    ...{ width, height: HEIGHT, axis },
    lastStep: snapshot.settings?.num_steps ?? 1
  };
  const number = (y: number, text: string, fill: string) =>
    label(0, y, text, { font: 'mono', 'font-size': 11, fill });
  const charts = groupNames.map((name, i) => {
    const [gradient, update] = [gradient_norms[name], update_norms[name]];
    return group(
      LEFT + i * (width + GAP),
      4,
      label(0, 0, groupTitles[name], { 'font-size': 12, 'font-weight': 600, fill: ink['ink-1'] }),
      number(16, `gradient ${formatSmall(gradient.at(-1))}`, ink['curve-gradient']),
      number(31, `update   ${formatSmall(update.at(-1))}`, ink['curve-update']),
      group(
        0,
        44,
        ...axes(plot, ink, i === 0),
        curvePath(update, plot, stroke(ink['curve-update'])),
        curvePath(gradient, plot, stroke(ink['curve-gradient']))
      )
    );
  });
  return sheet({
    ...{ title: 'Gradient and update norms, by step', caption, ink, width: WIDTH },
    height: HEIGHT + 72,
    body: charts
  });
}
