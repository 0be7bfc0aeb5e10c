import type { Settings } from './settings';

/** What the arcs of the constellation show, and where its stars sit. */
export const arcKinds = ['attention', 'value', 'gradient', 'entropy'] as const;
export type ArcKind = (typeof arcKinds)[number];
export const arrangements = ['reading', 'residual'] as const;
export type Arrangement = (typeof arrangements)[number];

/** What of the constellation is to be seen. */
export interface Sky {
  readonly arcs: ArcKind;
  readonly stars: Arrangement;
  /** Amount below which an arc is left out, 0 to 0.5; null: as is best for its kind. */
  readonly hide_below: number | null;
  /** Ascending. */
  readonly hide_layers: readonly number[];
  readonly hide_heads: readonly number[];
}

export const defaultSky: Sky = {
  arcs: 'attention',
  stars: 'reading',
  hide_below: null,
  hide_layers: [],
  hide_heads: []
};

export const MOST_HIDDEN = 0.5;

/** Keys of a link that tell what of the constellation is to be seen. */
export const skyKeys = ['arcs', 'stars', 'hide_below', 'hide_layers', 'hide_heads'] as const;
export type SkyKey = (typeof skyKeys)[number];

/** Key and text of what differs from the default; layers and heads that the settings do not have are left out. */
export function writeSky(sky: Sky, { n_layer, n_head }: Settings): [SkyKey, string][] {
  const below = (count: number) => (i: number) => i < count;
  const hidden = {
    ...sky,
    hide_layers: sky.hide_layers.filter(below(n_layer)),
    hide_heads: sky.hide_heads.filter(below(n_head))
  };
  return skyKeys
    .map((key): [SkyKey, string] => [key, String(hidden[key] ?? '')])
    .filter(([key, text]) => text !== String(defaultSky[key] ?? ''));
}

/**
 * Reads what a link tells of the constellation; what it does not tell is the default.
 * @param textOf of a key; null where the link does not have it
 * @param correct takes a sentence for what cannot be taken as it stands
 */
export function readSky(
  settings: Settings,
  textOf: (key: SkyKey) => string | null,
  correct: (sentence: string) => void
): Sky {
  const fields = skyKeys.flatMap((key) => {
    const text = textOf(key);
    if (text === null) return [];
    const { rule, parse } = rules[key];
    const value = parse(text, settings);
    if (value !== undefined) return [[key, value] as const];
    const got = JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
    correct(`${key}: needs ${rule(settings)}, got ${got}; ignoring it`);
    return [];
  });
  return { ...defaultSky, ...(Object.fromEntries(fields) as Partial<Sky>) };
}

const LONGEST = 40;

/** How one key is read: undefined for what it cannot be. */
interface KeyRule<K extends SkyKey> {
  readonly rule: (settings: Settings) => string;
  readonly parse: (text: string, settings: Settings) => Sky[K] | undefined;
}

const rules: { readonly [K in SkyKey]: KeyRule<K> } = {
  arcs: {
    rule: () => arcKinds.join(' or '),
    parse: (text) => arcKinds.find((kind) => kind === text)
  },
  stars: {
    rule: () => arrangements.join(' or '),
    parse: (text) => arrangements.find((arrangement) => arrangement === text)
  },
  hide_below: {
    rule: () => `a number from 0 to ${MOST_HIDDEN}`,
    parse: (text) => {
      const amount = text.trim() === '' ? NaN : Number(text);
      return amount >= 0 && amount <= MOST_HIDDEN ? amount : undefined;
    }
  },
  hide_layers: {
    rule: ({ n_layer }) => `layers from 0 to ${n_layer - 1}, with a comma between two`,
    parse: (text, { n_layer }) => parseList(text, n_layer)
  },
  hide_heads: {
    rule: ({ n_head }) => `heads from 0 to ${n_head - 1}, with a comma between two`,
    parse: (text, { n_head }) => parseList(text, n_head)
  }
};

function parseList(text: string, count: number): number[] | undefined {
  if (!/^\d{1,3}(,\d{1,3}){0,99}$/.test(text)) return undefined;
  const list = [...new Set(text.split(',').map(Number))].sort((a, b) => a - b);
  return list.every((i) => i < count) ? list : undefined;
}
