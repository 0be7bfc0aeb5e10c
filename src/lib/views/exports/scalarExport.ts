import type { Address, ScalarNode } from '../../run/questions';
import type { ScalarLayout } from '../operations/scalarLayout';
import { formatNumber, labelOfScalar, nameOfNumber } from '../operations/words';
import type { PanelExports, Table } from './exports';
import { openedHead, type OpenedView } from './openedHead';
import { element, group, label, sheet, stroke, type Ink } from './svg';

export interface ScalarView extends OpenedView {
  readonly nodes: readonly ScalarNode[];
  readonly layout: ScalarLayout;
  readonly root: Address;
}

/** A scalar graph as it is drawn, or as a table. */
export function scalarExport(view: ScalarView): PanelExports {
  const head = openedHead(`scalars-${nameOfNumber(view.root)}`, view);
  return {
    ...head,
    table: () => scalarTable(view.nodes),
    picture: (ink) => scalarPicture(view, head.caption, ink)
  };
}

function scalarTable(nodes: readonly ScalarNode[]): Table {
  const header = ['scalar', 'operation', 'exponent', 'cell', 'name', 'inputs', 'data', 'grad'];
  const rows = nodes.map(({ operation, exponent, cells, name, inputs, value, gradient }, at) => [
    ...[at, operation ?? '', exponent ?? '', cells[0] ? nameOfNumber(cells[0]) : ''],
    ...[name ?? '', inputs.join(' '), value, gradient]
  ]);
  return { header, rows };
}

function scalarPicture({ nodes, layout, root }: ScalarView, caption: string, ink: Ink): string {
  const lines = layout.lines.map(({ path }) =>
    element('path', { d: path, ...stroke(ink['ink-3']) })
  );
  const boxes = layout.boxes.map(({ at, x, y, width, height }) => {
    const { operation, value, gradient } = nodes[at];
    const middle = { font: 'mono', 'font-size': 11, 'text-anchor': 'middle' } as const;
    const numbers = `${formatNumber(value, 4)} | ${formatNumber(gradient, 4)}`;
    return group(
      x,
      y,
      element('rect', {
        ...{ width, height, rx: operation ? 4 : 14, fill: ink['surface-1'] },
        ...{ stroke: at === nodes.length - 1 ? ink.accent : ink['ink-3'] }
      }),
      label(width / 2, 21, labelOfScalar(nodes[at]), {
        ...{ ...middle, 'font-weight': 600, fill: ink['ink-1'] }
      }),
      label(width / 2, 38, numbers, { ...middle, fill: ink['ink-3'] })
    );
  });
  return sheet({
    title: `${nameOfNumber(root)} as scalars: data | grad`,
    ...{ caption, ink, width: Math.max(layout.width, 480), height: layout.height },
    body: [...lines, ...boxes]
  });
}
