/** SVG as text, without a browser: a picture that stands alone, on its own ground, with its caption. */

type Attributes = Readonly<Record<string, string | number>>;

/** The colours of a picture, all as `#rrggbb` or `#rrggbbaa`: those of the page's theme. */
export type Ink = Readonly<Record<string, string>>;

const fonts = {
  text: "'Inter Variable', Inter, system-ui, sans-serif",
  mono: "'JetBrains Mono Variable', 'JetBrains Mono', ui-monospace, monospace"
};

export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${attributeText(value)}"`
  );
  const head = `<${name}${written.join('')}`;
  return children.length === 0 ? `${head}/>` : `${head}>${children.join('')}</${name}>`;
}

/** Text at a place; `mono` for numbers and tokens. */
export function label(
  x: number,
  y: number,
  text: string,
  { font = 'text', ...attributes }: Attributes & { readonly font?: keyof typeof fonts } = {}
): string {
  return element('text', { x, y, 'font-family': fonts[font], ...attributes }, escape(text));
}

/** A stroke's colour; its opacity apart, since few programs but browsers read `#rrggbbaa`. */
export function stroke(color: string): Attributes {
  const opacity = color.length === 9 ? Number.parseInt(color.slice(7), 16) / 255 : 1;
  return { fill: 'none', stroke: color.slice(0, 7), 'stroke-opacity': Number(opacity.toFixed(3)) };
}

export function group(x: number, y: number, ...children: string[]): string {
  return element(
    'g',
    { transform: `translate(${attributeText(x)} ${attributeText(y)})` },
    ...children
  );
}

export interface Sheet {
  readonly title: string;
  /** What was computed, and with which settings. */
  readonly caption: string;
  readonly width: number;
  /** Of the picture between title and caption. */
  readonly height: number;
  readonly ink: Ink;
  readonly body: readonly string[];
}

const MARGIN = 24;
const TITLE = 44;
const LINE = 15;
/** A monospaced character of the caption, in pixels. */
const CHARACTER = 6.05;

/** A whole picture: title, body, and the caption in as many lines as it takes. */
export function sheet({ title, caption, width, height, ink, body }: Sheet): string {
  const lines = wrap(caption, Math.floor(width / CHARACTER));
  const size = {
    width: width + 2 * MARGIN,
    height: TITLE + height + 22 + lines.length * LINE + 10
  };
  const told = lines.map((line, i) =>
    label(MARGIN, TITLE + height + 28 + i * LINE, line, {
      ...{ font: 'mono', 'font-size': 10, fill: ink['ink-3'] }
    })
  );
  const attributes = { xmlns: 'http://www.w3.org/2000/svg', ...size, role: 'img' };
  return element(
    'svg',
    { ...attributes, viewBox: `0 0 ${size.width} ${size.height}` },
    element('title', {}, escape(title)),
    element('desc', {}, escape(caption)),
    element('rect', { ...size, fill: ink['surface-1'] }),
    label(MARGIN, 28, title, { 'font-size': 15, 'font-weight': 600, fill: ink['ink-1'] }),
    group(MARGIN, TITLE, ...body),
    ...told
  );
}

/** Lines of at most so many characters, broken at the spaces around its dots where that can be. */
export function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const part of text.split(' · ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length + 3 <= most) {
      lines[lines.length - 1] = `${last} · ${part}`;
    } else {
      for (let at = 0; at < part.length; at += most) lines.push(part.slice(at, at + most));
    }
  }
  return lines;
}

/** What XML 1.0 cannot hold at all, like most control characters, becomes �. */
export function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Coordinates to a hundredth of a pixel. */
function attributeText(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : escape(value);
}
