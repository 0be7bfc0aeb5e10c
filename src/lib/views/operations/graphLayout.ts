import type { NodeOutline, StepOutline } from '../../run/questions';
import { headsOf } from './tensorPixels';
import type { Size } from './viewport';

/** Where everything of the graph is, in px. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Block[];
  readonly cards: readonly Card[];
  readonly edges: readonly Edge[];
}

export interface Block {
  readonly stage: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  readonly isCollapsed: boolean;
}

export interface Card {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Squares in it, for a tensor (T, H, S); else 0. */
  readonly heads: number;
}

export interface Edge {
  /** Names of cards, or stages of collapsed blocks. */
  readonly from: string;
  readonly to: string;
  /** Of an SVG path. */
  readonly path: string;
}

/** A card among others in its row, and one alone in it. */
const CARD = { width: 154, height: 92 } as const;
const ALONE = 250;
/** A square of a head, and what a card of heads is higher for. */
export const HEAD = 30;
const HEADS_HEIGHT = 130;
const HEADS_WIDTH = 340;
const HEADS_LEFT = 62;
const GAP_X = 10;
const GAP_Y = 18;
const PADDING = 10;
const TITLE = 26;
const LANE = 24;
const COLUMNS = 3;
const BLOCK_WIDTH = COLUMNS * CARD.width + (COLUMNS - 1) * GAP_X + 2 * PADDING;

/** Of one of the columns. */
export const COLUMN_WIDTH = BLOCK_WIDTH + 2 * LANE;

type Node = Pick<NodeOutline, 'name' | 'stage' | 'inputs'>;
type Shapes = StepOutline['shapes'];

/**
 * A step from top to bottom: a block per stage, in it a row of cards for each place on its longest path.
 * @param window what it is seen through: its blocks then stand in as many columns as make all of it largest
 */
export function layoutGraph(
  nodes: readonly Node[],
  shapes: Shapes,
  collapsed: ReadonlySet<string>,
  window?: Size
): GraphLayout {
  const strip = placeBlocks(nodes, shapes, collapsed);
  const columns = window ? columnsIn(strip.blocks, window) : [strip.blocks];
  const { blocks, cards } = wrap(strip, columns);
  const width = columns.length * COLUMN_WIDTH;
  const height = Math.max(...columns.map(heightOf));
  return { width, height, blocks, cards, edges: edgesOf(nodes, blocks, cards) };
}

/** All blocks one under another. */
function placeBlocks(nodes: readonly Node[], shapes: Shapes, collapsed: ReadonlySet<string>) {
  const blocks: Block[] = [];
  const cards: Card[] = [];
  let y = 0;
  for (const stage of new Set(nodes.map((node) => node.stage))) {
    const own = nodes.filter((node) => node.stage === stage);
    const isCollapsed = collapsed.has(stage);
    let bottom = y + TITLE + (isCollapsed ? 4 - PADDING : -GAP_Y);
    for (const row of isCollapsed ? [] : rowsOf(own)) {
      const placed = placeRow(row, shapes, bottom + GAP_Y);
      cards.push(...placed);
      bottom = Math.max(...placed.map((card) => card.y + card.height));
    }
    const height = bottom + PADDING - y;
    const count = own.length;
    blocks.push({ stage, x: LANE, y, width: BLOCK_WIDTH, height, count, isCollapsed });
    y += height + GAP_Y;
  }
  return { blocks, cards };
}

/** The division into columns in which all can be seen at the largest scale. */
function columnsIn(blocks: readonly Block[], { width, height }: Size): Block[][] {
  const scaleOf = (columns: Block[][]) =>
    Math.min(width / (columns.length * COLUMN_WIDTH), height / Math.max(...columns.map(heightOf)));
  const divisions = blocks.map((_, i) => divide(blocks, i + 1));
  return divisions.reduce((best, next) => (scaleOf(next) > scaleOf(best) ? next : best));
}

/** So many columns of neighbours, the highest of them as low as can be. */
function divide(blocks: readonly Block[], count: number): Block[][] {
  if (count === 1) return [[...blocks]];
  const divisions = Array.from({ length: blocks.length - count + 1 }, (_, i) => [
    blocks.slice(0, i + 1),
    ...divide(blocks.slice(i + 1), count - 1)
  ]);
  const highest = (columns: Block[][]) => Math.max(...columns.map(heightOf));
  return divisions.reduce((best, next) => (highest(next) < highest(best) ? next : best));
}

function heightOf(column: readonly Block[]): number {
  const last = column[column.length - 1];
  return last.y + last.height - column[0].y;
}

/** Moves each column to the top, beside the one before it. */
function wrap(
  { blocks, cards }: Pick<GraphLayout, 'blocks' | 'cards'>,
  columns: readonly (readonly Block[])[]
) {
  const columnOf = (y: number) => columns.findLastIndex(([first]) => first.y <= y);
  const move = <B extends Block | Card>(box: B): B => {
    const column = columnOf(box.y);
    return { ...box, x: box.x + column * COLUMN_WIDTH, y: box.y - columns[column][0].y };
  };
  return { blocks: blocks.map(move), cards: cards.map(move) };
}

/** Nodes that read nothing of the block come first, then those that read only of the rows before. */
function rowsOf(nodes: readonly Node[]): Node[][] {
  const ranks = new Map<string, number>();
  const rows: Node[][] = [];
  for (const node of nodes) {
    const before = Object.values(node.inputs).map((input) => ranks.get(input) ?? -1);
    const rank = Math.max(-1, ...before) + 1;
    ranks.set(node.name, rank);
    (rows[rank] ??= []).push(node);
  }
  return rows;
}

function placeRow(row: readonly Node[], shapes: Shapes, y: number): Card[] {
  const heads = row.map(({ name }) => headsOf(shapes[name] ?? []));
  const widths = heads.map((count) =>
    count > 0 ? Math.max(HEADS_WIDTH, 2 * HEADS_LEFT + count * (HEAD + 4)) : CARD.width
  );
  if (row.length === 1) widths[0] = Math.max(widths[0], ALONE);
  const width = widths.reduce((sum, each) => sum + each + GAP_X, -GAP_X);
  let x = (COLUMN_WIDTH - width) / 2;
  return row.map(({ name }, i) => {
    const height = heads[i] > 0 ? HEADS_HEIGHT : CARD.height;
    const card = { name, x, y, width: widths[i], height, heads: heads[i] };
    x += widths[i] + GAP_X;
    return card;
  });
}

type Point = readonly [x: number, y: number];

interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** From every card to those that read it; those of a collapsed block begin and end at the block. */
function edgesOf(nodes: readonly Node[], blocks: readonly Block[], cards: readonly Card[]): Edge[] {
  const boxes = new Map<string, Box>(cards.map((card) => [card.name, { id: card.name, ...card }]));
  for (const { name, stage } of nodes) {
    const block = blocks.find((b) => b.stage === stage && b.isCollapsed);
    if (block) boxes.set(name, { id: stage, ...block });
  }
  const edges = new Map<string, Edge>();
  for (const { name, inputs } of nodes) {
    for (const input of new Set(Object.values(inputs))) {
      const [from, to] = [boxes.get(input), boxes.get(name)!];
      if (!from || from.id === to.id) continue;
      edges.set(`${from.id} ${to.id}`, { from: from.id, to: to.id, path: pathOf(from, to) });
    }
  }
  return [...edges.values()];
}

/** Straight down to a neighbour; past other cards, around them on the right; to the next column, between the two. */
function pathOf(from: Box, to: Box): string {
  const [column1, column2] = [from, to].map(({ x }) => Math.floor(x / COLUMN_WIDTH));
  const [m1, m2] = [from.y + from.height / 2, to.y + to.height / 2];
  const right1 = from.x + from.width;
  if (column1 !== column2) {
    return around([right1, m1], column2 * COLUMN_WIDTH, [to.x, m2]);
  }
  const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  if (y2 - y1 <= 2 * GAP_Y + TITLE + PADDING) {
    const middle = (y1 + y2) / 2;
    return `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
  }
  return around([right1, m1], (column1 + 1) * COLUMN_WIDTH - LANE / 2, [to.x + to.width, m2]);
}

/** From a side of one box to a side of another, along a lane at x. */
function around([x1, y1]: Point, lane: number, [x2, y2]: Point): string {
  const bend = Math.sign(y2 - y1) * Math.min(LANE, Math.abs(y2 - y1) / 2);
  return `M${x1} ${y1}C${lane} ${y1} ${lane} ${y1} ${lane} ${y1 + bend}V${y2 - bend}C${lane} ${y2} ${lane} ${y2} ${x2} ${y2}`;
}

/** `layer0.q` in the block of layer 0 is `q`. */
export function shortName(name: string): string {
  return name.replace(/^layer\d+\./, '');
}
