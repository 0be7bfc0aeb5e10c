import { decades, decadesAround, escape, inDigits, px, share } from './svg';

export interface Line {
  readonly name: string;
  /** The stylesheet has its colour. */
  readonly className: string;
  /** One for each place of the axis. */
  readonly values: readonly number[];
}

/** Room around the field, and the field. */
const [LEFT, TOP, RIGHT, BOTTOM] = [62, 14, 58, 44];
const [WIDTH, HEIGHT] = [330, 220];

/** Least distance of two names at the ends of lines. */
const APART = 14;

/** Lines over a few places, both axes logarithmic, each line with its name at its end. */
export function lineChart(
  { label, unit, places }: { label: string; unit: string; places: readonly number[] },
  lines: readonly Line[]
): string {
  const range = decadesAround(lines.flatMap(({ values }) => values));
  const x = (i: number) => LEFT + WIDTH * share(places[i], places[0], places.at(-1)!);
  const y = (value: number) => TOP + HEIGHT * (1 - share(value, ...range));
  const size = `0 0 ${LEFT + WIDTH + RIGHT} ${TOP + HEIGHT + BOTTOM}`;
  return [
    `<svg viewBox="${size}" role="img" aria-label="${escape(`${unit} by ${label}`)}">`,
    ...decades(range).map((tick) => tickY(tick, y(tick))),
    ...places.map((place, i) => tickX(String(place), x(i))),
    `<text class="label" x="${LEFT + WIDTH / 2}" y="${TOP + HEIGHT + 38}">${escape(label)}</text>`,
    ...lines.map((line) => drawLine(line, places, x, y)),
    ...namesAt(lines, y),
    '</svg>'
  ].join('\n');
}

function tickY(value: number, y: number): string {
  return (
    `<line class="grid" x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${px(y)}" y2="${px(y)}"/>` +
    `<text class="tick end" x="${LEFT - 8}" y="${px(y + 4)}">${inDigits(value)}</text>`
  );
}

function tickX(text: string, x: number): string {
  return `<text class="tick" x="${px(x)}" y="${TOP + HEIGHT + 18}">${text}</text>`;
}

function drawLine(
  { name, className, values }: Line,
  places: readonly number[],
  x: (i: number) => number,
  y: (value: number) => number
): string {
  const points = values.map((value, i) => [px(x(i)), px(y(value))] as const);
  const dots = points.map(([cx, cy], i) => {
    const title = `${name} at ${places[i]}: ${inDigits(values[i])}`;
    return `<circle cx="${cx}" cy="${cy}" r="3"><title>${escape(title)}</title></circle>`;
  });
  return `<g class="${className}"><polyline points="${points.join(' ')}"/>${dots.join('')}</g>`;
}

/** Names beside the last points, moved apart where lines end close together. */
function namesAt(lines: readonly Line[], y: (value: number) => number): string[] {
  const ends = lines.map((line) => ({ ...line, at: y(line.values.at(-1)!) }));
  ends.sort((a, b) => a.at - b.at);
  let free = -Infinity;
  return ends.map(({ name, className, at }) => {
    const place = Math.max(at, free);
    free = place + APART;
    const text = `<text x="${LEFT + WIDTH + 8}" y="${px(place + 4)}">${escape(name)}</text>`;
    return `<g class="${className}">${text}</g>`;
  });
}
