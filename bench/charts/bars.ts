import { decades, decadesAround, escape, inDigits, px, share } from './svg';

export interface Bar {
  readonly name: string;
  readonly isOurs: boolean;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** How it compares, in a word. */
  readonly remark: string;
}

const [NAMES, WIDTH, REMARKS, ROW, HEAD] = [190, 420, 160, 22, 24];

/** Bars on a logarithmic axis, in the order given, each with the range of its rounds, its value and a remark. */
export function barChart(label: string, bars: readonly Bar[]): string {
  const range = decadesAround(bars.flatMap(({ least, most }) => [least, most]));
  const x = (value: number) => NAMES + WIDTH * share(value, ...range);
  const height = HEAD + ROW * bars.length + 4;
  return [
    `<svg viewBox="0 0 ${NAMES + WIDTH + REMARKS} ${height}" role="img" aria-label="${escape(label)}">`,
    ...decades(range).map((tick) => tickAt(tick, x(tick), height)),
    ...bars.map((bar, i) => drawBar(bar, HEAD + ROW * i, x)),
    '</svg>'
  ].join('\n');
}

function tickAt(value: number, x: number, height: number): string {
  return (
    `<line class="grid" x1="${px(x)}" x2="${px(x)}" y1="${HEAD - 6}" y2="${height}"/>` +
    `<text class="tick" x="${px(x)}" y="12">${inDigits(value)}</text>`
  );
}

function drawBar(bar: Bar, y: number, x: (value: number) => number): string {
  const { name, isOurs, value, least, most, remark } = bar;
  const [end, middle] = [x(value), y + ROW / 2];
  const title = `${name}: ${inDigits(value)}, rounds from ${inDigits(least)} to ${inDigits(most)}`;
  return [
    `<g class="${isOurs ? 'ours' : 'peer'}"><title>${escape(title)}</title>`,
    `<text class="name end" x="${NAMES - 8}" y="${px(middle + 4)}">${escape(name)}</text>`,
    `<rect x="${NAMES}" y="${px(y + 4)}" width="${px(end - NAMES)}" height="${ROW - 8}"/>`,
    `<line x1="${px(x(least))}" x2="${px(x(most))}" y1="${px(middle)}" y2="${px(middle)}"/>`,
    `<text class="value" x="${px(x(most) + 8)}" y="${px(middle + 4)}">${inDigits(value)}`,
    `<tspan class="remark" dx="10">${escape(remark)}</tspan></text></g>`
  ].join('');
}
