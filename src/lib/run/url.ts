import { openedKeys, readOpened, writeOpened, type Opened } from './openedLink';
import { packById } from './packs';
import { checkSetting, defaultSettings, parseSetting, type Settings } from './settings';
import { settingsTable, type SettingRow } from './settingsTable';
import { defaultSky, readSky, skyKeys, writeSky, type Sky } from './skyLink';

/** What a link restores: the settings and what was being looked at. */
export interface Link {
  readonly settings: Settings;
  /** The step to look at, 0 to num_steps; null follows the run. */
  readonly step: number | null;
  /** The step that it is compared with, 0 to num_steps; null: with none. */
  readonly compare: number | null;
  /** Position in the watched document, from 0. */
  readonly token: number;
  readonly layer: number;
  readonly head: number;
  /** What of the constellation is to be seen. */
  readonly sky: Sky;
  /** Where the step is opened; null: it is not. Only with a step. */
  readonly opened: Opened | null;
  /** First 12 hex digits of the hash of the text that the link was made with. */
  readonly corpus: string | null;
  /** Whether the page should offer to start at once. */
  readonly autorun: boolean;
}

export interface DecodedLink {
  readonly link: Link;
  /** One sentence for each thing in the link that could not be taken as it stood. */
  readonly corrections: readonly string[];
}

/** The link of an untouched page: it looks at a token with two before it, so that there is something to attend to. */
export const defaultLink: Link = {
  settings: defaultSettings,
  step: null,
  compare: null,
  token: 2,
  layer: 0,
  head: 0,
  sky: defaultSky,
  opened: null,
  corpus: null,
  autorun: false
};

const placeKeys = ['step', 'compare', 'token', 'layer', 'head'] as const;
type PlaceKey = (typeof placeKeys)[number];

/** What becomes of a link whose step is no number. */
const withoutPlace: Partial<Record<PlaceKey, string>> = {
  step: 'following the run',
  compare: 'comparing with none'
};

const knownKeys: ReadonlySet<string> = new Set([
  ...settingsTable.map(({ key }) => key),
  ...placeKeys,
  ...skyKeys,
  ...openedKeys,
  'corpus',
  'autorun'
]);

/** The query of a link, without `?`: only what differs from the defaults, always in the same order. */
export function encodeLink(link: Link): string {
  const parameters = new URLSearchParams();
  for (const { key, default: value } of settingsTable) {
    if (link.settings[key] !== value) parameters.set(key, String(link.settings[key]));
  }
  for (const key of placeKeys) {
    if (link[key] !== defaultLink[key]) parameters.set(key, String(link[key]));
  }
  for (const [key, text] of writeSky(link.sky, link.settings)) parameters.set(key, text);
  for (const [key, text] of link.opened ? writeOpened(link.opened) : []) parameters.set(key, text);
  if (link.corpus !== null) parameters.set('corpus', link.corpus);
  if (link.autorun) parameters.set('autorun', '1');
  return parameters.toString();
}

/** Reads any query, with or without `?`; never throws, and the settings are always valid. */
export function decodeLink(query: string): DecodedLink {
  const reading = new Reading(query);
  reading.checkNames();
  const settings = reading.settings();
  const step = reading.place('step', 0, settings.num_steps);
  const link = {
    settings,
    step,
    compare: reading.place('compare', 0, settings.num_steps),
    token: reading.place('token', 0, settings.block_size - 1)!,
    layer: reading.place('layer', 0, settings.n_layer - 1)!,
    head: reading.place('head', 0, settings.n_head - 1)!,
    sky: reading.sky(settings),
    opened: reading.opened(settings, step),
    corpus: reading.corpus(),
    autorun: reading.autorun()
  };
  return { link, corrections: reading.corrections };
}

/** One query being read; every correction is written down. */
class Reading {
  readonly corrections: string[] = [];
  readonly #parameters: URLSearchParams;

  constructor(query: string) {
    this.#parameters = new URLSearchParams(query);
  }

  checkNames(): void {
    for (const key of new Set(this.#parameters.keys())) {
      if (!knownKeys.has(key)) {
        this.corrections.push(`link: needs the name of a setting, got ${quote(key)}; ignoring it`);
      }
    }
  }

  settings(): Settings {
    const settings = Object.fromEntries(
      settingsTable.map((row) => [row.key, this.#setting(row)])
    ) as unknown as Settings;
    return this.#fitHeads(settings);
  }

  /** A whole number from `min` to `max`; the default where the link has none. */
  place(key: PlaceKey, min: number, max: number): number | null {
    const text = this.#text(key);
    if (text === null) return defaultLink[key];
    const value = text.trim() === '' ? NaN : Number(text);
    const inRange = Number.isInteger(value) && value >= min && value <= max;
    if (inRange) return value;
    const nearest = Number.isNaN(value) ? defaultLink[key] : clampInteger(value, min, max);
    const using = nearest === null ? withoutPlace[key] : `using ${nearest}`;
    this.#correct(`${key}: needs an integer from ${min} to ${max}, got ${quote(text)}; ${using}`);
    return nearest;
  }

  sky(settings: Settings): Sky {
    return readSky(
      settings,
      (key) => this.#text(key),
      (sentence) => this.#correct(sentence)
    );
  }

  /** Without a step there is nothing to open. */
  opened(settings: Settings, step: number | null): Opened | null {
    const correct = (sentence: string) => this.#correct(sentence);
    const opened = readOpened(settings, (key) => this.#text(key), correct);
    if (opened === null || (step !== null && step > 0)) return opened;
    const got = step === null ? 'none' : 'step 0, before any training';
    this.#correct(`link: needs the step that is to be opened, got ${got}; opening nothing`);
    return null;
  }

  corpus(): string | null {
    const text = this.#text('corpus');
    if (text === null || /^[0-9a-f]{12}$/.test(text)) return text;
    this.#correct(`corpus: needs 12 hex digits, got ${quote(text)}; ignoring it`);
    return null;
  }

  autorun(): boolean {
    const text = this.#text('autorun');
    if (text !== null && text !== '1') {
      this.#correct(`autorun: needs 1, got ${quote(text)}; ignoring it`);
    }
    return text === '1';
  }

  #setting(row: (typeof settingsTable)[number]): string | number | boolean {
    const text = this.#text(row.key);
    if (text === null) return row.default;
    const value = parseSetting(row.key, text);
    const problem = row.key === 'pack' ? checkPack(text) : checkSetting(row.key, shorten(value));
    if (problem === null) return value;
    const nearest = nearestAllowed(row, value);
    this.#correct(`${problem}; using ${nearest}`);
    return nearest;
  }

  /** n_embd as the multiple of n_head that is nearest and allowed. */
  #fitHeads(settings: Settings): Settings {
    const { n_embd, n_head } = settings;
    if (n_embd % n_head === 0) return settings;
    const { min, max } = settingsTable.find(({ key }) => key === 'n_embd') as NumericRow;
    const most = Math.floor(max! / n_head);
    const heads = clampInteger(n_embd / n_head, Math.ceil(min! / n_head), most);
    const nearest = heads * n_head;
    this.#correct(`n_embd: needs a multiple of n_head ${n_head}, got ${n_embd}; using ${nearest}`);
    return { ...settings, n_embd: nearest };
  }

  /** The first value of a name, or null. */
  #text(key: string): string | null {
    const texts = this.#parameters.getAll(key);
    if (texts.length === 0) return null;
    if (texts.length > 1) {
      this.#correct(`${key}: needs to stand once, got ${texts.length} values; taking the first`);
    }
    return texts[0];
  }

  #correct(sentence: string): void {
    this.corrections.push(sentence);
  }
}

type NumericRow = Extract<SettingRow, { kind: 'integer' | 'real' }>;

/** The allowed value next to one that is not; the default where there is none, as beside a bound that is itself excluded. */
function nearestAllowed(row: (typeof settingsTable)[number], value: string | number | boolean) {
  const numeric = row.kind === 'integer' || row.kind === 'real';
  if (typeof value !== 'number' || !numeric) return row.default;
  const { kind, min = -Infinity, max = Infinity } = row;
  const whole = kind === 'integer' ? Math.round(value) : value;
  const nearest = Math.min(Math.max(whole, min), max);
  return checkSetting(row.key, nearest) === null ? nearest : row.default;
}

function clampInteger(value: number, min: number, max: number): number {
  return Math.min(Math.max(Math.round(value), min), max);
}

/** Packs of ours, and ids that an uploaded text can have. */
function checkPack(id: string): string | null {
  if (packById(id) || /^upload:[0-9a-f]{12}$/.test(id)) return null;
  return `pack: needs the name of a pack, got ${quote(id)}`;
}

/** Longer than any value that is right: a seed has at most 100 digits and a sign. */
const LONGEST_QUOTE = 110;

function shorten<T>(value: T): T | string {
  const long = typeof value === 'string' && value.length > LONGEST_QUOTE;
  return long ? `${value.slice(0, LONGEST_QUOTE)}…` : value;
}

function quote(text: string): string {
  return JSON.stringify(shorten(text));
}
