import type { NodeOutline, StepOutline } from '../../run/questions';
import { headsOf } from './tensorPixels';

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
const WIDTH = BLOCK_WIDTH + 2 * LANE;

type Node = Pick<NodeOutline, 'name' | 'stage' | 'inputs'>;
type Shapes = StepOutline['shapes'];

/** A step from top to bottom: a block per stage, in it a row of cards for each place on its longest path. */
export function layoutGraph(
  nodes: readonly Node[],
  shapes: Shapes,
  collapsed: ReadonlySet<string>
): GraphLayout {
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
  return { width: WIDTH, height: y - GAP_Y, blocks, cards, edges: edgesOf(nodes, blocks, cards) };
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
  let x = (WIDTH - width) / 2;
  return row.map(({ name }, i) => {
    const height = heads[i] > 0 ? HEADS_HEIGHT : CARD.height;
    const card = { name, x, y, width: widths[i], height, heads: heads[i] };
    x += widths[i] + GAP_X;
    return card;
  });
}

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

/** Straight down to a neighbour; past other cards, around them on the right. */
function pathOf(from: Box, to: Box): string {
  const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  if (y2 - y1 <= 2 * GAP_Y + TITLE + PADDING) {
    const middle = (y1 + y2) / 2;
    return `M${x1} ${y1}C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
  }
  const lane = WIDTH - LANE / 2;
  const [right1, right2] = [from.x + from.width, to.x + to.width];
  const [m1, m2] = [from.y + from.height / 2, to.y + to.height / 2];
  return `M${right1} ${m1}C${lane} ${m1} ${lane} ${m1} ${lane} ${m1 + LANE}V${m2 - LANE}C${lane} ${m2} ${lane} ${m2} ${right2} ${m2}`;
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0]
};

/** The card that an arrow key leads to: the nearest that way; null for other keys and at the rim. */
export function cardTowards(
  cards: readonly Pick<Card, 'name' | 'x' | 'y' | 'width'>[],
  from: string,
  key: string
): string | null {
  const direction = steps[key];
  const start = cards.find(({ name }) => name === from);
  if (!direction || !start) return null;
  const [dx, dy] = direction;
  const ahead = cards.flatMap((card) => {
    const [x, y] = [middleOf(card) - middleOf(start), card.y - start.y];
    const along = x * dx + y * dy;
    const aside = Math.abs(x * dy) + Math.abs(y * dx);
    return along > 0 && (dy !== 0 || aside === 0)
      ? [{ name: card.name, at: 4 * along + aside }]
      : [];
  });
  return ahead.sort((a, b) => a.at - b.at)[0]?.name ?? null;
}

function middleOf({ x, width }: Pick<Card, 'x' | 'width'>): number {
  return x + width / 2;
}

/** `layer0.q` in the block of layer 0 is `q`. */
export function shortName(name: string): string {
  return name.replace(/^layer\d+\./, '');
}
