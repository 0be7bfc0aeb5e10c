import { describe, expect, test } from 'vitest';
import { headTint } from '../../src/lib/views/constellation/sceneColors';
import * as colors from './colors';

const { apart, contrast, visions } = colors;

/** Every two of some colours. */
const pairs = (all: readonly string[]) =>
  all.flatMap((a, i) => all.slice(0, i).map((b) => [a, b] as const));

describe.each(colors.themeNames)('the %s theme', (theme) => {
  const color = colors.readColors(theme);

  test.each([
    ...['ink-1', 'ink-2', 'ink-3', 'warn', 'accent'].flatMap((ink) =>
      ['surface-0', 'surface-1'].map((ground) => [ink, ground])
    ),
    ...['ink-1', 'ink-2', 'ink-3'].map((ink) => [ink, 'surface-2']),
    ...[
      ['ink-1', 'accent-soft'],
      ['ink-2', 'accent-soft'],
      ['on-accent', 'accent']
    ],
    ...[
      ['ink-1', 'warn-soft'],
      ['curve-loss', 'surface-1']
    ]
  ])('has text of contrast AA: %s on %s', (ink, ground) => {
    expect(contrast(color[ink], color[ground])).toBeGreaterThanOrEqual(4.5);
  });

  test('has hues of heads that stand out from a panel by 3 to 1', () => {
    const heads = colors.readHeads(theme);
    expect(heads).toHaveLength(8);
    for (const hue of heads) expect(contrast(hue, color['surface-1'])).toBeGreaterThan(3);
  });

  describe.each(visions)('seen with %s', (vision) => {
    test.each(['probability', 'loss'] as const)('the steps of %s lie apart', (scale) => {
      const stops = colors.readStops(theme, scale);
      for (let i = 1; i < 5; i++) {
        expect(apart(stops[i - 1], stops[i], vision)).toBeGreaterThan(0.07);
      }
    });

    test('a value above 0 is told from one as far below it', () => {
      const [above, below] = (['probability', 'loss'] as const).map((scale) =>
        colors.readStops(theme, scale)
      );
      for (let i = 1; i < 5; i++) expect(apart(above[i], below[i], vision)).toBeGreaterThan(0.07);
    });

    // The more heads, the closer: they are told by their places and their numbers as well.
    test.each([
      [2, 0.12],
      [3, 0.1],
      [4, 0.09],
      [8, 0.05]
    ])('%i heads lie apart by %f', (n_head, least) => {
      const hues = colors.readHeads(theme);
      const own = Array.from({ length: n_head }, (_, head) => hues[headTint(head, n_head)]);
      for (const [a, b] of pairs(own)) expect(apart(a, b, vision)).toBeGreaterThan(least);
    });

    test('the curves of one chart lie apart', () => {
      const { ['curve-loss']: loss, 'curve-twin': twin, 'curve-rate': rate } = color;
      for (const [a, b] of pairs([loss, twin, rate])) {
        expect(apart(a, b, vision)).toBeGreaterThan(0.07);
      }
      expect(apart(color['curve-gradient'], color['curve-update'], vision)).toBeGreaterThan(0.1);
    });
  });
});
