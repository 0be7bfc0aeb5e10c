import type { Pin } from './emphasis';
import type { LookedLabel } from './labelCanvas';
import type { Side } from './labels';

/** What the labels say, and which of them matter. */
export interface LabelTexts {
  readonly T: number;
  readonly levels: number;
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
  readonly arrangement: 'reading' | 'residual';
  readonly pin: Pin;
}

export interface LabelColors {
  readonly ink: string;
  readonly quiet: string;
  readonly accent: string;
  readonly mono: string;
  readonly text: string;
}

/** Smallest and largest size of a token, in pixels. */
const SIZES = [9.5, 15] as const;

/** From so many tokens on, planes between the lowest and the highest name only the token that is pinned. */
const CROWD = 20;

/**
 * Labels of the stars: the text that is read under the lowest level, the text to be told over the highest; each level's
 * name at its left end. At the residual stream, where rows are scattered, every level names what it read.
 * @param projected (levels, T, 3) pixels and depth of the stars
 */
export function starLabels(
  texts: LabelTexts,
  projected: Float32Array,
  colors: LabelColors
): LookedLabel[] {
  const { T, levels } = texts;
  const spacing = T > 1 ? Math.abs(projected[3 * (T - 1)] - projected[0]) / (T - 1) : 40;
  const labels = levelNames(texts, projected, colors);
  const size = Math.min(Math.max(spacing * 0.95, SIZES[0]), SIZES[1]);
  for (let star = 0; star < levels * T; star++) {
    if (projected[3 * star + 2] > 0) {
      const label = starLabel(texts, star, size, colors);
      const [x, y] = [projected[3 * star], projected[3 * star + 1]];
      if (label) labels.push({ ...label, x, y, gap: 4 + size * 0.45 });
    }
  }
  return labels;
}

function starLabel(
  { T, levels, inputs, targets, arrangement, pin }: LabelTexts,
  star: number,
  size: number,
  { ink, quiet, accent, mono }: LabelColors
): Omit<LookedLabel, 'x' | 'y' | 'gap'> | null {
  const [level, token] = [Math.floor(star / T), star % T];
  const isTop = level === levels - 1;
  const isPinned = token === pin.token;
  const isBetween = level > 0 && !isTop;
  if (isBetween && !isPinned && (arrangement === 'reading' || T > CROWD)) return null;
  const tells = isTop && arrangement === 'reading';
  const text = tells ? targets[token] : inputs[token];
  const isWord = text.length > 1;
  const sides: Side[] = tells ? ['above', 'farAbove'] : ['below', 'farBelow'];
  // BOS is a word: it stands outwards, or its neighbour would have to make room.
  if (isWord && arrangement === 'reading') {
    if (!tells && token === 0) sides.unshift('belowLeft');
    if (tells && token === T - 1) sides.unshift('aboveRight');
  }
  if (arrangement === 'residual') sides.push('right', 'left', 'above');
  return {
    text,
    sides,
    rank: isPinned ? 3 : isBetween ? 0 : 1,
    look: {
      font: `${isPinned ? 700 : 500} ${isWord ? size * 0.72 : size}px ${mono}`,
      color: isPinned ? accent : tells ? quiet : ink,
      opacity: pin.token === null || isPinned ? 1 : 0.62
    }
  };
}

/** Names of the levels, left of the leftmost star of each. */
function levelNames(
  { T, levels, arrangement }: LabelTexts,
  projected: Float32Array,
  { quiet, text }: LabelColors
): LookedLabel[] {
  if (arrangement === 'residual' || T === 0) return [];
  return Array.from({ length: levels }, (_, level) => ({
    text: levelName(level, levels),
    x: projected[3 * level * T],
    y: projected[3 * level * T + 1],
    gap: 22,
    sides: ['left'] as const,
    rank: 2,
    look: { font: `500 11px ${text}`, color: quiet, opacity: 1 }
  }));
}

function levelName(level: number, levels: number): string {
  if (level === 0) return 'reads';
  return level === levels - 1 ? 'next' : `layer ${level - 1}`;
}
