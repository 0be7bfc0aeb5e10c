import type { LabelColors } from './starLabels';
import { luminance, parseHex, rampIndex, type Ramp } from '../ramp';

/** Red, green and blue in 0 … 1, as CSS has them. */
export type Color = readonly [number, number, number];

/** What the scene is drawn with; all of it comes from the tokens of the present theme. */
export interface SceneColors {
  readonly surface: Color;
  readonly ink: Color;
  readonly quiet: Color;
  readonly accent: Color;
  /** Eight for the heads, then for values above and below 0. */
  readonly tints: readonly Color[];
  /** For probabilities and attention. */
  readonly ramp: Ramp;
  /** Whether light is drawn on a dark surface, and not ink on a light one. */
  readonly isLuminous: boolean;
}

/** Heads at most: as many as there are tints. */
export const HEAD_TINTS = 8;

/** The tints of the heads of a layer, spread over all that there are: few heads lie far apart. */
export function headTint(head: number, n_head: number): number {
  return n_head >= HEAD_TINTS ? head % HEAD_TINTS : Math.floor((head * HEAD_TINTS) / n_head);
}

interface ColorTokens {
  readonly css: Readonly<Record<'surface-1' | 'ink-1' | 'ink-3' | 'accent', string>>;
  readonly probability: Ramp;
  readonly loss: Ramp;
}

/** Where on the two halves of the diverging scale a sign is told by hue alone. */
export const SIGN_AT = 0.62;

export function sceneColors(tokens: ColorTokens, heads: readonly string[]): SceneColors {
  const { css, probability, loss } = tokens;
  return {
    surface: hexColor(css['surface-1']),
    ink: hexColor(css['ink-1']),
    quiet: hexColor(css['ink-3']),
    accent: hexColor(css.accent),
    tints: [...heads.map(hexColor), rampTint(loss, SIGN_AT), rampTint(probability, SIGN_AT)],
    ramp: probability,
    isLuminous: isDark(css['surface-1'])
  };
}

function hexColor(hex: string): Color {
  const [r, g, b] = parseHex(hex);
  return [r / 255, g / 255, b / 255];
}

function rampTint(ramp: Ramp, at: number): Color {
  const i = rampIndex(at);
  return [ramp[i] / 255, ramp[i + 1] / 255, ramp[i + 2] / 255];
}

/** Colours and fonts of the labels. */
export function labelColors({ css }: ColorTokens): LabelColors {
  const style = getComputedStyle(document.documentElement);
  return {
    ink: css['ink-1'],
    quiet: css['ink-3'],
    accent: css.accent,
    mono: style.getPropertyValue('--font-mono'),
    text: style.getPropertyValue('--font-text')
  };
}

/** The eight hues of heads.css that stand out from a surface. */
export function readHeads(surface: string): string[] {
  const style = getComputedStyle(document.documentElement);
  const theme = isDark(surface) ? 'dark' : 'light';
  return style.getPropertyValue(`--heads-${theme}`).trim().split(/\s+/);
}

function isDark(surface: string): boolean {
  return luminance(parseHex(surface)) < 0.18;
}
