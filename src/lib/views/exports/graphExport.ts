import type { NodeOutline, TensorName } from '../../run/questions';
import { HEAD, shortName, type Card, type GraphLayout } from '../operations/graphLayout';
import { pool, scales, sliceOf } from '../operations/tensorPixels';
import { describeProgress, describeShape } from '../operations/words';
import type { PanelExports, Table } from './exports';
import { openedHead, type OpenedView } from './openedHead';
import { emptySquare, signedCells, signedLegend, type Ramps } from './signedPicture';
import { element, group, label, sheet, stroke, type Ink } from './svg';

export interface GraphView extends OpenedView {
  readonly layout: GraphLayout;
  readonly ramps: () => Ramps;
}

/** The graph as it lies, or its operations as a table. */
export function graphExport(view: GraphView): PanelExports {
  const head = openedHead('operations', view);
  const names = view.layout.cards.flatMap(({ name: tensor }) => [
    { tensor, reading: 'value' } as const,
    { tensor, reading: 'gradient' } as const
  ]);
  return {
    ...head,
    prepare: () => view.operations.read(names),
    table: () => graphTable(view),
    picture: (ink) => graphPicture(view, head.caption, ink)
  };
}

function graphTable({ outline, operations }: GraphView): Table {
  const header = ['name', 'operation', 'block', 'reads', 'shape', 'formula', 'gradient'];
  const rows = outline.nodes.map(({ name, operation, stage, inputs, formula }) => [
    ...[name, operation, stage, Object.values(inputs).join(' ')],
    outline.shapes[name].join(' × '),
    ...[formula, describeProgress(operations.progress(name))]
  ]);
  return { header, rows };
}

const LEGEND = 44;
/** Most cells across a thumbnail: the file stays small. */
const MOST_CELLS = 16;

function graphPicture(view: GraphView, caption: string, ink: Ink): string {
  const { layout, outline, operations } = view;
  const nodes = new Map(outline.nodes.map((node) => [node.name, node]));
  const blocks = layout.blocks.flatMap(({ stage, x, y, width, height, count, isCollapsed }) => [
    element('rect', { x, y, width, height, rx: 8, ...stroke(ink.line) }),
    label(x + 10, y + 17, isCollapsed ? `${stage} · ${count} operations` : stage, {
      ...{ 'font-size': 12, fill: ink['ink-3'] }
    })
  ]);
  const edges = layout.edges.map(({ path }) =>
    element('path', { d: path, ...stroke(ink['ink-3']) })
  );
  const scale = scales[operations.scale];
  return sheet({
    title: `Operations of step ${outline.step}`,
    ...{ caption, ink, width: layout.width, height: LEGEND + layout.height },
    body: [
      ...(['value', 'gradient'] as const).flatMap((reading, i) => [
        label(0, 10 + i * 16, reading, { 'font-size': 11, fill: ink['ink-3'] }),
        group(50, i * 16, signedLegend(scale[reading], view.ramps(), ink))
      ]),
      group(
        0,
        LEGEND,
        ...blocks,
        ...edges,
        ...layout.cards.map((card) => cardPicture(card, nodes.get(card.name)!, view, ink))
      )
    ]
  });
}

function cardPicture(card: Card, node: NodeOutline, view: GraphView, ink: Ink): string {
  const { x, y, width, height, heads, name } = card;
  const text = { font: 'mono', 'font-size': 9, fill: ink['ink-3'] } as const;
  const formula = linesOf(node.formula, Math.floor((width - 16) / 5.4));
  const shape = describeShape(view.outline.shapes[name]);
  return group(
    x,
    y,
    element('rect', { width, height, rx: 4, fill: ink['surface-1'], stroke: ink['ink-3'] }),
    label(8, 17, shortName(name), {
      ...{ font: 'mono', 'font-size': 12, 'font-weight': 600, fill: ink['ink-1'] }
    }),
    label(width - 8, 17, node.operation, { ...text, 'text-anchor': 'end' }),
    ...formula.map((line, i) => label(8, 31 + i * 11, line, text)),
    label(8, heads > 0 ? 52 : height - 9, shape, text),
    ...pictures(card, view, ink)
  );
}

/** A text in lines of at most so many characters, broken at its spaces. */
function linesOf(text: string, most: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1];
    if (last === '' || last.length + 1 + word.length <= most) {
      lines[lines.length - 1] = `${last} ${word}`.trim();
    } else lines.push(word);
  }
  return lines;
}

/** Value and gradient: side by side, or one above the other with a square for each head. */
function pictures({ name, width, height, heads }: Card, view: GraphView, ink: Ink): string[] {
  const readings = ['value', 'gradient'] as const;
  if (heads === 0) {
    const size = 28;
    return readings.map((reading, i) =>
      group(
        width - 8 - (2 - i) * (size + 4),
        height - 8 - size,
        ...square({ tensor: name, reading }, null, size, view, ink)
      )
    );
  }
  return readings.flatMap((reading, i) =>
    Array.from({ length: heads }, (_, head) =>
      group(
        66 + head * (HEAD + 4),
        height - 6 - (2 - i) * (HEAD + 3),
        ...square({ tensor: name, reading }, head, HEAD, view, ink)
      )
    )
  );
}

function square(
  name: TensorName,
  head: number | null,
  size: number,
  { operations, ramps }: GraphView,
  ink: Ink
): string[] {
  const reading = operations.reading(name);
  if (!reading?.numbers) return emptySquare(size, ink);
  const pooled = pool(reading.numbers, sliceOf(reading.shape, head), MOST_CELLS);
  const scale = scales[operations.scale][name.reading];
  return [
    signedCells(pooled.numbers, pooled, scale, ramps(), { width: size, height: size }),
    element('rect', { width: size, height: size, ...stroke(ink.line) })
  ];
}
