import type { AttentionFrame, RecordedFrame, Snapshot } from '../../run/snapshot';
import { formatToken } from '../format';
import { headWeights, type HeadPlace } from '../heatmap';
import { rampColor, RAMP_SIZE, type Ramp } from '../ramp';
import { exportHead, type PanelExports } from './exports';
import { element, group, label, sheet, stroke, type Ink } from './svg';

export interface AttentionView {
  readonly snapshot: Snapshot;
  readonly frame: RecordedFrame & { readonly attention: AttentionFrame };
  readonly ramp: () => Ramp;
}

export function attentionExport(view: AttentionView): PanelExports {
  const { snapshot, frame } = view;
  const head = exportHead('attention', snapshot, frame.step);
  return {
    ...head,
    table: () => ({
      header: ['layer', 'head', 't', 's', 'weight'],
      rows: attentionRows(frame.attention)
    }),
    picture: (ink) => attentionPicture(view, head.caption, ink)
  };
}

/** Every weight of every head, but for the future. */
export function attentionRows(attention: AttentionFrame): number[][] {
  const { T } = attention;
  return headPlaces(attention).flatMap(({ layer, head }) => {
    const weights = headWeights(attention, { layer, head });
    return Array.from({ length: T }, (_, t) =>
      Array.from(weights.subarray(t * T, t * T + t + 1), (weight, s) => [layer, head, t, s, weight])
    ).flat();
  });
}

function headPlaces({ n_layer, n_head }: AttentionFrame): HeadPlace[] {
  return Array.from({ length: n_layer * n_head }, (_, i) => ({
    layer: Math.floor(i / n_head),
    head: i % n_head
  }));
}

const WIDTH = 720;
const MOST_COLUMNS = 4;
const LEFT = 22;
const TOP = 34;
const GAP = 14;
const LEGEND = 34;

function attentionPicture(view: AttentionView, caption: string, ink: Ink): string {
  const { snapshot, frame } = view;
  const { attention } = frame;
  const ramp = view.ramp();
  const tokens = frame.tokens.map(({ input }) => formatToken(snapshot.vocabulary[input]));
  const columns = Math.min(attention.n_head, MOST_COLUMNS);
  const size = Math.min((WIDTH - columns * (LEFT + GAP)) / columns, 300);
  const places = headPlaces(attention);
  const rows = Math.ceil(places.length / columns);
  const heads = places.map((place, i) =>
    group(
      (i % columns) * (size + LEFT + GAP) + LEFT,
      LEGEND + Math.floor(i / columns) * (size + TOP + GAP) + TOP,
      label(0, -18, `layer ${place.layer}, head ${place.head}`, {
        ...{ 'font-size': 11, 'font-weight': 600, fill: ink['ink-1'] }
      }),
      ...headPicture(headWeights(attention, place), { T: attention.T, size, tokens, ramp, ink })
    )
  );
  return sheet({
    ...{ title: 'Attention: where each token (row) looks back', caption, ink, width: WIDTH },
    height: LEGEND + rows * (size + TOP + GAP),
    body: [legend(ramp, ink), ...heads]
  });
}

interface HeadLook {
  readonly T: number;
  readonly size: number;
  readonly tokens: readonly string[];
  readonly ramp: Ramp;
  readonly ink: Ink;
}

/** The cells of one colour are one path in units of cells: a picture of 33,000 weights stays small. */
function headPicture(weights: Float64Array, { T, size, tokens, ramp, ink }: HeadLook): string[] {
  const cell = size / T;
  const paths = Array.from(cellPaths(weights, T), ([color, d]) =>
    element('path', { d, fill: rampColor(ramp, color / (RAMP_SIZE - 1)) })
  );
  const text = { font: 'mono', 'font-size': Math.min(10, cell * 1.2), fill: ink['ink-3'] } as const;
  const names = tokens.flatMap((token, i) => [
    label(-4, (i + 0.5) * cell + 3, token, { ...text, 'text-anchor': 'end' }),
    label((i + 0.5) * cell, -4, token, { ...text, 'text-anchor': 'middle' })
  ]);
  return [
    element('rect', { width: size, height: size, ...stroke(ink.line) }),
    element('g', { transform: `scale(${cell})`, 'shape-rendering': 'crispEdges' }, ...paths),
    ...(cell >= 7 ? names : [])
  ];
}

/** Path data by colour of the ramp, one square `M s t h1 v1 h-1 z` for each weight. */
export function cellPaths(weights: ArrayLike<number>, T: number): Map<number, string> {
  const paths = new Map<number, string>();
  for (let t = 0; t < T; t++) {
    for (let s = 0; s <= t; s++) {
      const color = Math.round(Math.min(Math.max(weights[t * T + s], 0), 1) * (RAMP_SIZE - 1));
      paths.set(color, `${paths.get(color) ?? ''}M${s} ${t}h1v1h-1z`);
    }
  }
  return paths;
}

function legend(ramp: Ramp, ink: Ink): string {
  const text = { 'font-size': 10, fill: ink['ink-3'] };
  const parts = Array.from({ length: 32 }, (_, i) =>
    element('rect', { x: 58 + i * 4, y: 2, width: 4.2, height: 9, fill: rampColor(ramp, i / 31) })
  );
  return group(
    0,
    0,
    label(0, 10, 'weight', text),
    label(46, 10, '0', { ...text, font: 'mono' }),
    ...parts,
    label(192, 10, '1', { ...text, font: 'mono' })
  );
}
