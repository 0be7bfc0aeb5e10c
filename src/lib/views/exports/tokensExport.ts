import type { TokenSummary } from '../../run/protocol';
import type { RecordedFrame, Snapshot } from '../../run/snapshot';
import { BOS, formatLoss, formatProb, formatToken, quoteToken } from '../format';
import { inkOn, rampColor, topLoss, type Ramp } from '../ramp';
import { exportHead, type PanelExports, type Table } from './exports';
import { element, group, label, sheet, type Ink } from './svg';

export interface TokensView {
  readonly snapshot: Snapshot;
  readonly frame: RecordedFrame;
  readonly position: number;
  readonly ramp: () => Ramp;
}

export function tokensExport(view: TokensView): PanelExports {
  const head = exportHead('tokens', view.snapshot, view.frame.step);
  return {
    ...head,
    table: () => tokensTable(view),
    picture: (ink) => tokensPicture(view, head.caption, ink)
  };
}

function tokensTable({ snapshot: { vocabulary }, frame }: TokensView): Table {
  const header = ['position', 'input', 'target', 'loss', 'target_prob', 'target_rank'];
  const rows = frame.tokens.map(({ position, input, target, loss, target_prob, target_rank }) => [
    ...[position, vocabulary[input], vocabulary[target]],
    ...[loss, target_prob, target_rank]
  ]);
  return { header, rows };
}

const WIDTH = 720;
const CELL = 36;
const PER_ROW = WIDTH / CELL;
const ROW = 70;
const BAR = 20;

function tokensPicture(view: TokensView, caption: string, ink: Ink): string {
  const { snapshot, frame, position } = view;
  const { vocabulary } = snapshot;
  const ramp = view.ramp();
  const rows = Math.ceil(frame.tokens.length / PER_ROW);
  const cells = frame.tokens.map((token, i) =>
    group(
      (i % PER_ROW) * CELL,
      Math.floor(i / PER_ROW) * ROW,
      ...tokenCell(token, { vocabulary, ramp, ink, isChosen: i === position })
    )
  );
  const token = frame.tokens[position];
  const listed = token.top_k.some(({ token_id }) => token_id === token.target);
  const { target, target_prob: prob, target_rank } = token;
  const bars = [
    ...token.top_k.map(({ token_id, prob }, i) => ({ token_id, prob, rank: i + 1 })),
    ...(listed ? [] : [{ token_id: target, prob, rank: target_rank }])
  ];
  const came =
    `After ${quoteToken(vocabulary[token.input])} came ${quoteToken(vocabulary[target])}: ` +
    `rank ${target_rank}, loss ${formatLoss(token.loss)}`;
  return sheet({
    ...{ title: `Next token: what it read, and had to guess`, caption, ink, width: WIDTH },
    height: rows * ROW + 30 + bars.length * BAR,
    body: [
      ...cells,
      label(0, rows * ROW + 16, came, { 'font-size': 12, fill: ink['ink-1'] }),
      ...bars.map((bar, i) =>
        group(0, rows * ROW + 28 + i * BAR, ...probBar(bar, vocabulary, ink, target))
      )
    ]
  });
}

interface CellLook {
  readonly vocabulary: readonly string[];
  readonly ramp: Ramp;
  readonly ink: Ink;
  readonly isChosen: boolean;
}

/** What was read, what came next on the colour of its loss, and that loss. */
function tokenCell(token: TokenSummary, { vocabulary, ramp, ink, isChosen }: CellLook): string[] {
  const share = token.loss / topLoss(vocabulary.length);
  const middle = { 'text-anchor': 'middle', font: 'mono' } as const;
  const sizeOf = (id: number, size: number) => (vocabulary[id] === BOS ? 9 : size);
  const { input, target } = token;
  return [
    label(CELL / 2 - 1, 10, formatToken(vocabulary[input]), {
      ...{ ...middle, 'font-size': sizeOf(input, 11), fill: ink['ink-3'] }
    }),
    element('rect', {
      ...{ x: 2, y: 15, width: CELL - 6, height: 26, rx: 4, fill: rampColor(ramp, share) },
      ...{ stroke: isChosen ? ink.accent : ink.line, 'stroke-width': isChosen ? 2 : 1 }
    }),
    label(CELL / 2 - 1, 33, formatToken(vocabulary[target]), {
      ...{ ...middle, 'font-size': sizeOf(target, 15), fill: inkOn(ramp, share) }
    }),
    label(CELL / 2 - 1, 54, token.loss.toFixed(2), {
      ...{ ...middle, 'font-size': 10, fill: ink['ink-3'] }
    })
  ];
}

interface Bar {
  readonly token_id: number;
  readonly prob: number;
  readonly rank: number;
}

function probBar(
  { token_id, prob, rank }: Bar,
  vocabulary: readonly string[],
  ink: Ink,
  target: number
): string[] {
  const text = { font: 'mono', 'font-size': 12, fill: ink['ink-1'] } as const;
  const room = WIDTH - 140;
  const weight = token_id === target ? 700 : 400;
  return [
    label(22, 12, String(rank), { ...text, 'text-anchor': 'end', fill: ink['ink-3'] }),
    label(50, 12, formatToken(vocabulary[token_id]), {
      ...{ ...text, 'text-anchor': 'middle', 'font-weight': weight }
    }),
    element('rect', { x: 74, y: 3, width: room, height: 10, rx: 2, fill: ink.line }),
    element('rect', {
      ...{ x: 74, y: 3, width: room * prob, height: 10, rx: 2, fill: ink['curve-gradient'] }
    }),
    label(WIDTH, 12, formatProb(prob), { ...text, 'text-anchor': 'end', 'font-weight': weight })
  ];
}
