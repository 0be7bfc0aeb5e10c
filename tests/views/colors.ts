import { readFileSync } from 'node:fs';
import { luminance, parseHex, toOklab } from '../../src/lib/views/ramp';

export const themeNames = ['light', 'dark'] as const;
export type ThemeName = (typeof themeNames)[number];

const style = (path: string) => readFileSync(`src/lib/views/${path}`, 'utf8');

/** The colours of tokens.css in a theme, by name: all that is written `light-dark(a, b)`. */
export function readColors(theme: ThemeName): Readonly<Record<string, string>> {
  const pairs = style('styles/tokens.css').matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g);
  return Object.fromEntries(
    [...pairs].map(([, name, light, dark]) => [name, theme === 'light' ? light : dark])
  );
}

/** The five stops of a scale, low end first. */
export function readStops(theme: ThemeName, scale: 'probability' | 'loss'): string[] {
  const colors = readColors(theme);
  return [0, 1, 2, 3, 4].map((stop) => colors[`${scale}-${stop}`]);
}

/** The eight hues of the heads. */
export function readHeads(theme: ThemeName): string[] {
  const css = style('constellation/heads.css');
  return new RegExp(`--heads-${theme}: ([^;]+);`).exec(css)![1].split(/\s+/);
}

/** Contrast of WCAG 2, from 1 to 21. */
export function contrast(a: string, b: string): number {
  const [dark, light] = [a, b].map((hex) => luminance(parseHex(hex))).sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * What of linear red, green and blue reaches readers who lack a kind of cone altogether. Machado, Oliveira and Fernandes,
 * “A Physiologically-based Model for Simulation of Color Vision Deficiency”, 2009, severity 1.
 */
const cones = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998]
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881]
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039]
  ]
} as const;

export type Vision = keyof typeof cones | 'all cones';
export const visions = ['all cones', ...Object.keys(cones)] as readonly Vision[];

/** How far two colours look apart, in Oklab: black and white by 1, neighbours that can just be told by about 0.02. */
export function apart(a: string, b: string, vision: Vision): number {
  const [x, y] = [a, b].map((hex) => toOklab(seen(parseHex(hex), vision)));
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

type Bytes = readonly [number, number, number];

function seen(bytes: Bytes, vision: Vision): Bytes {
  if (vision === 'all cones') return bytes;
  const [r, g, b] = bytes.map((byte) => luminance([byte, byte, byte]));
  return cones[vision].map(([fromR, fromG, fromB]) =>
    toByte(fromR * r + fromG * g + fromB * b)
  ) as unknown as Bytes;
}

/** The byte of a linear amount; what lies outside of the screen's colours takes the nearest. */
function toByte(linear: number): number {
  const c = Math.min(Math.max(linear, 0), 1);
  return 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
}
