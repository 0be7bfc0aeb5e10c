import { nameOfWeight } from '../../run/branch';
import {
  groupsAndAll,
  type LedgerLine,
  type LedgerOfStep,
  type SlicePoint,
  type TokenPart,
  type WeightMoment,
  type WeightStep
} from '../../run/updateQuestions';
import { closeAxis, signedAxis, stepTicks } from '../charts/signedAxis';
import { formatShare } from '../format';
import type { SignedScale } from '../operations/tensorPixels';
import { adamLines } from '../updates/adamLines';
import { cosineScale, readingScales } from '../updates/scales';
import type { UpdateView } from '../updates/updateView';
import { exportHead, type PanelExports, type Table } from './exports';
import { linesPicture, type LinesPicture } from './linesPicture';
import { signedCells, signedLegend, type Ramps } from './signedPicture';
import { group, sheet, type Ink } from './svg';

const WIDTH = 640;
const CHART = { width: WIDTH, height: 200 };

function headOf(name: string, { snapshot, update }: UpdateView) {
  return exportHead(name, snapshot, update.step);
}

/** Each token's share of each group's update, and what it promised. */
export function shareExport(view: UpdateView, parts: readonly TokenPart[]): PanelExports {
  const { update, snapshot } = view;
  const header = ['t', 'token', 'target', ...groupsAndAll.map((g) => `share.${g}`)];
  const promised = groupsAndAll.map((g) => `promised.${g}`);
  const rows = parts.map(({ t, share, promised }) => [
    ...[t, snapshot.vocabulary[update.tokens[t]], snapshot.vocabulary[update.targets[t]]],
    ...groupsAndAll.map((g) => share[g]),
    ...groupsAndAll.map((g) => promised[g])
  ]);
  return {
    ...headOf('token-shares', view),
    table: () => ({ header: [...header, ...promised], rows })
  };
}

export function cosineExport(view: UpdateView, cosines: Float64Array, ramps: () => Ramps) {
  const T = view.update.tokens.length;
  const { group: of } = view.study.tokens;
  const numbers = { numbers: cosines, rows: T, columns: T, scale: cosineScale };
  const title = `Cosines of the tokens’ gradients, ${of}`;
  return gridExport(view, `cosines-${of}`, { ...numbers, title }, ramps);
}

/** One parameter: its values, gradient or update. */
export function parameterExport(
  view: UpdateView,
  numbers: Float64Array,
  [rows, columns]: readonly [number, number],
  ramps: () => Ramps
): PanelExports {
  const { weight, reading } = view.study.weight;
  const title = `${weight.parameter}: ${reading} (${rows}, ${columns})`;
  const picture = { numbers, rows, columns, scale: readingScales[reading], title };
  return gridExport(view, `${weight.parameter}-${reading}`, picture, ramps);
}

interface GridPicture {
  readonly numbers: Float64Array;
  readonly rows: number;
  readonly columns: number;
  readonly scale: SignedScale;
  readonly title: string;
}

function gridExport(
  view: UpdateView,
  name: string,
  { numbers, rows, columns, scale, title }: GridPicture,
  ramps: () => Ramps
): PanelExports {
  const head = headOf(name, view);
  const size = Math.min(WIDTH / columns, WIDTH / rows, 48);
  const room = { width: size * columns, height: size * rows };
  const table = (): Table => ({
    header: ['row', 'column', 'number'],
    rows: Array.from(numbers, (x, i) => [Math.floor(i / columns), i % columns, x])
  });
  const picture = (ink: Ink) =>
    sheet({
      ...{ title, caption: head.caption, ink, width: WIDTH, height: 26 + room.height },
      body: [
        signedLegend(scale, ramps(), ink),
        group(0, 26, signedCells(numbers, { rows, columns }, scale, ramps(), room))
      ]
    });
  return { ...head, table, picture };
}

export function movedExport(view: UpdateView): PanelExports {
  const { matrix } = view.study.tokens;
  const rows = view.update.moved[matrix].map(({ row, change, gradient }) => [
    ...[row, view.snapshot.vocabulary[row], change, gradient]
  ]);
  const header = ['row', 'token', 'moved', 'gradient'];
  return { ...headOf(`${matrix}-rows`, view), table: () => ({ header, rows }) };
}

export function adamExport(view: UpdateView, told: WeightStep): PanelExports {
  const { fromGradient, fromMomentum } = told.explained;
  const rows = [
    ...adamLines(told).map(({ name, symbolic, result }) => [name, symbolic, result]),
    ['step of this gradient', 'lr · (1 − β₁) · g / (1 − β₁ᵗ) / (√v̂ + ε)', fromGradient],
    ['step of momentum', 'lr · β₁ · m / (1 − β₁ᵗ) / (√v̂ + ε)', fromMomentum]
  ];
  const header = ['name', 'formula', 'number'];
  return { ...headOf(`adam-${nameOfWeight(told.weight)}`, view), table: () => ({ header, rows }) };
}

/** A weight's value, gradient and update over the steps, one below the other. */
export function lifeExport(
  view: UpdateView,
  name: string,
  life: readonly WeightMoment[]
): PanelExports {
  const of = (key: 'value' | 'gradient' | 'moved') => life.map((moment) => moment[key]);
  const [{ step: first }] = life;
  const shared = { count: life.length, ticks: stepTicks(first, first + life.length - 1, 8) };
  const line = (curve: readonly number[], color: string) => [{ curve, name: '', color }];
  const charts: LinesPicture[] = [
    {
      ...shared,
      title: 'value',
      lines: line(of('value'), 'ink-1'),
      axis: closeAxis([of('value')])
    },
    {
      ...{ ...shared, title: 'gradient', lines: line(of('gradient'), 'curve-gradient') },
      axis: signedAxis([of('gradient')])
    },
    {
      ...{ ...shared, title: 'update', lines: line(of('moved'), 'curve-update') },
      axis: signedAxis([of('moved')])
    }
  ];
  const rows = life.map(({ step, document, value, gradient, moved }) => [
    ...[step, document, value, gradient, moved]
  ]);
  const header = ['step', 'first document', 'value', 'gradient', 'moved'];
  return chartExport(view, `life-${name}`, `${name} over the steps`, charts, { header, rows });
}

export function ledgerExport(view: UpdateView, lines: readonly LedgerLine[]): PanelExports {
  const rows = lines.map((line) => [line.group, line.predicted, line.measured, line.residual]);
  const header = ['group', 'predicted', 'measured', 'gap'];
  return { ...headOf('ledger', view), table: () => ({ header, rows }) };
}

export function sliceExport(view: UpdateView, slice: readonly SlicePoint[]): PanelExports {
  const loss = slice.map((point) => point.loss);
  const predicted = slice.map((point) => point.predicted);
  const chart: LinesPicture = {
    title: '',
    lines: [
      { curve: predicted, name: 'promised', color: 'curve-gradient' },
      { curve: loss, name: 'loss', color: 'curve-loss' }
    ],
    count: slice.length,
    axis: closeAxis([loss, predicted]),
    ticks: slice.map(({ share }, i) => ({ at: i + 1, text: formatShare(share) }))
  };
  const rows = slice.map((point) => [point.share, point.loss, point.predicted]);
  const table = { header: ['share', 'loss', 'promised'], rows };
  return chartExport(view, 'loss-along-step', 'The loss along the update', [chart], table);
}

export function rangeExport(view: UpdateView, steps: readonly LedgerOfStep[]): PanelExports {
  const { group: of } = view.study.ledger;
  const lines = steps.map(({ lines }) => lines.find((line) => line.group === of)!);
  const [predicted, measured] = [lines.map((l) => l.predicted), lines.map((l) => l.measured)];
  const chart: LinesPicture = {
    title: '',
    lines: [
      { curve: predicted, name: 'predicted', color: 'curve-gradient' },
      { curve: measured, name: 'measured', color: 'curve-loss' }
    ],
    count: steps.length,
    axis: signedAxis([predicted, measured]),
    ticks: stepTicks(steps[0].step, steps[steps.length - 1].step, 8)
  };
  const rows = steps.flatMap(({ step, lines }) =>
    lines.map((line) => [step, line.group, line.predicted, line.measured, line.residual])
  );
  const table = { header: ['step', 'group', 'predicted', 'measured', 'gap'], rows };
  const title = `Predicted and measured change of the loss, ${of}`;
  return chartExport(view, `ledger-${of}`, title, [chart], table);
}

function chartExport(
  view: UpdateView,
  name: string,
  title: string,
  charts: readonly LinesPicture[],
  table: Table
): PanelExports {
  const head = headOf(name, view);
  const each = CHART.height + 50;
  const picture = (ink: Ink) =>
    sheet({
      ...{ title, caption: head.caption, ink, width: WIDTH, height: charts.length * each },
      body: charts.map((chart, i) => group(0, i * each, ...linesPicture(chart, ink, CHART)))
    });
  return { ...head, table: () => table, picture };
}
