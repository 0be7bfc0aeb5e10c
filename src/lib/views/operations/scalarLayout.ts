import type { ScalarNode } from '../../run/questions';

/** A scalar graph from the number at the top down to its leaves. */
export interface ScalarLayout {
  readonly width: number;
  readonly height: number;
  /** By the place of its node in the list. */
  readonly boxes: readonly ScalarBox[];
  readonly lines: readonly ScalarLine[];
}

export interface ScalarBox {
  /** Place in the list of nodes. */
  readonly at: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** From a node to one of its inputs. */
export interface ScalarLine {
  readonly from: number;
  readonly to: number;
  readonly path: string;
}

const WIDTH = 186;
const HEIGHT = 46;
const GAP_X = 14;
const GAP_Y = 28;

/**
 * Each node a layer below the last of those that need it, so that all edges lead down; within a layer in the order in
 * which they are met from above, each as near to what needs it as there is room.
 */
export function layoutScalars(nodes: readonly ScalarNode[]): ScalarLayout {
  const depths = depthsOf(nodes);
  const layers: number[][] = [];
  for (let i = nodes.length - 1; i >= 0; i--) (layers[depths[i]] ??= []).push(i);
  const wanted = new Array<number>(nodes.length).fill(0);
  const lefts = new Array<number>(nodes.length).fill(0);
  for (const layer of layers) {
    layer.sort((a, b) => wanted[a] - wanted[b]);
    placeLayer(layer, wanted, lefts);
    for (const i of layer) {
      nodes[i].inputs.forEach((input, k) => {
        const aside = (k - (nodes[i].inputs.length - 1) / 2) * (WIDTH + GAP_X);
        wanted[input] = lefts[i] + aside;
      });
    }
  }
  const least = Math.min(0, ...lefts);
  const boxes = nodes.map((_, at) => ({
    at,
    x: lefts[at] - least,
    y: depths[at] * (HEIGHT + GAP_Y),
    width: WIDTH,
    height: HEIGHT
  }));
  return {
    width: Math.max(WIDTH, ...boxes.map(({ x }) => x + WIDTH)),
    height: Math.max(layers.length, 1) * (HEIGHT + GAP_Y) - GAP_Y,
    boxes,
    lines: nodes.flatMap(({ inputs }, from) =>
      [...new Set(inputs)].map((to) => ({ from, to, path: pathOf(boxes[from], boxes[to]) }))
    )
  };
}

/** Layers between each node and the last, along the longest way. */
function depthsOf(nodes: readonly ScalarNode[]): number[] {
  const depths = nodes.map(() => 0);
  for (let i = nodes.length - 1; i >= 0; i--) {
    for (const input of nodes[i].inputs) depths[input] = Math.max(depths[input], depths[i] + 1);
  }
  return depths;
}

/** Sets one layer’s nodes side by side, none over another, their middle where they wanted theirs. */
function placeLayer(layer: readonly number[], wanted: readonly number[], lefts: number[]): void {
  let left = -Infinity;
  for (const i of layer) {
    left = Math.max(wanted[i], left);
    lefts[i] = left;
    left += WIDTH + GAP_X;
  }
  const off = layer.reduce((sum, i) => sum + lefts[i] - wanted[i], 0) / layer.length;
  for (const i of layer) lefts[i] -= off;
}

function pathOf(from: ScalarBox, to: ScalarBox): string {
  const [x1, y1] = [from.x + from.width / 2, from.y + from.height];
  const [x2, y2] = [to.x + to.width / 2, to.y];
  const bend = Math.min((y2 - y1) / 2, 40);
  return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
}
