/** Colour scales from the stops of tokens.css, mixed in Oklab so that equal steps look equal. */

/** 256 colours, three bytes each. */
export type Ramp = Uint8ClampedArray;

type Triple = readonly [number, number, number];

export const RAMP_SIZE = 256;

/** A ramp from two or more `#rrggbb` at equal distances. */
export function buildRamp(stops: readonly string[]): Ramp {
  const points = stops.map((stop) => toOklab(parseHex(stop)));
  const ramp = new Uint8ClampedArray(RAMP_SIZE * 3);
  for (let i = 0; i < RAMP_SIZE; i++) {
    const at = (i / (RAMP_SIZE - 1)) * (points.length - 1);
    const k = Math.min(Math.floor(at), points.length - 2);
    ramp.set(fromOklab(mix(points[k], points[k + 1], at - k)), i * 3);
  }
  return ramp;
}

/** Index of the first byte of the colour of t; t outside 0…1 takes the nearest end. */
export function rampIndex(t: number): number {
  const clamped = Math.min(Math.max(t, 0), 1);
  return Math.round(clamped * (RAMP_SIZE - 1)) * 3;
}

export function rampColor(ramp: Ramp, t: number): string {
  const i = rampIndex(t);
  return `rgb(${ramp[i]} ${ramp[i + 1]} ${ramp[i + 2]})`;
}

/** Black or white, whichever reads better on the colour of t. */
export function inkOn(ramp: Ramp, t: number): '#000' | '#fff' {
  const i = rampIndex(t);
  // Where both contrast alike: √(1.05 · 0.05) − 0.05, after WCAG 2.
  return luminance([ramp[i], ramp[i + 1], ramp[i + 2]]) > 0.179 ? '#000' : '#fff';
}

/** Relative luminance of WCAG 2, from bytes. */
export function luminance(bytes: Triple): number {
  const [r, g, b] = bytes.map(toLinear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** `#rrggbb` → bytes. */
export function parseHex(hex: string): Triple {
  const n = Number.parseInt(hex.slice(1), 16);
  return [n >> 16, (n >> 8) & 255, n & 255];
}

function toLinear(byte: number): number {
  const c = byte / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function toByte(linear: number): number {
  const c = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
  return Math.round(c * 255);
}

/** Bytes → lightness, green–red, blue–yellow. Matrices of Oklab: https://bottosson.github.io/posts/oklab/ */
export function toOklab(bytes: Triple): Triple {
  const [r, g, b] = bytes.map(toLinear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  ];
}

function fromOklab([L, a, b]: Triple): Triple {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s)
  ];
}

function mix(from: Triple, to: Triple, t: number): Triple {
  return [0, 1, 2].map((k) => from[k] + (to[k] - from[k]) * t) as unknown as Triple;
}

/** The loss at the end of the loss scale, for V tokens: half above that of knowing nothing. */
export function topLoss(vocab_size: number): number {
  return 1.5 * Math.log(Math.max(vocab_size, 2));
}
