import type { AdamConfig, LearningRateSchedule } from '../engine/adam';
import type { EngineName } from '../engine/engine';
import type { InitConfig } from '../engine/initialize';
import type { ModelConfig } from '../engine/program';
import { settingsTable, type SettingKey, type SettingRow } from './settingsTable';

/** `auto` is the fastest engine of the device: it decides what computes, and with it the last digits of every number. */
export type EngineChoice = 'auto' | EngineName;

/** Everything that a run is a function of, but the text of its corpus. */
export interface Settings {
  readonly pack: string;
  readonly engine: EngineChoice;
  /** An integer of any size, in decimal digits. */
  readonly seed: string;
  readonly n_layer: number;
  readonly n_embd: number;
  readonly n_head: number;
  readonly block_size: number;
  readonly activation: 'relu' | 'relu2';
  readonly init_std: number;
  readonly init_zero_projections: boolean;
  readonly num_steps: number;
  readonly batch_size: number;
  readonly learning_rate: number;
  readonly lr_schedule: LearningRateSchedule;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps_adam: number;
  readonly temperature: number;
  readonly sample_count: number;
  readonly sample_interval: number;
  readonly top_k: number;
}

export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** The settings of every row's default: preset `microgpt`. */
export const defaultSettings = Object.freeze(
  Object.fromEntries(settingsTable.map(({ key, default: value }) => [key, value]))
) as unknown as Settings;

/** Named starting points, as differences from the defaults. */
export const presets = {
  microgpt: {},
  cerebral: {
    block_size: 8,
    activation: 'relu2',
    init_std: 0.02,
    init_zero_projections: true,
    num_steps: 500,
    lr_schedule: 'cosine',
    beta1: 0.9,
    beta2: 0.95
  },
  microllm: { n_embd: 32, num_steps: 300, temperature: 0.8, sample_count: 5 },
  tiny: { n_embd: 4, n_head: 1, block_size: 8, num_steps: 200, sample_count: 5 },
  max: { n_layer: 2, n_embd: 64, block_size: 64, num_steps: 2000, sample_count: 5 }
} as const satisfies Record<string, Partial<Settings>>;

export type PresetName = keyof typeof presets;

/** A preset's settings, whole; pack, engine and seed stay those of `base`. */
export function presetSettings(name: PresetName, base: Settings = defaultSettings): Settings {
  const { pack, engine, seed } = base;
  return { ...defaultSettings, pack, engine, seed, ...presets[name] };
}

/**
 * What is wrong with one value, as `key: needs rule, got what`, or null.
 * @param value of the row's own type: see `parseSetting` for text
 */
export function checkSetting(key: SettingKey, value: unknown): string | null {
  const row = settingsTable.find((r) => r.key === key)!;
  if (obeys(row, value)) return null;
  // JSON would write null for a number that is not finite.
  const got = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return `${key}: needs ${settingRule(row)}, got ${got}`;
}

/** What a row's values must be, e.g. `an integer from 1 to 20`. */
export function settingRule(row: SettingRow): string {
  switch (row.kind) {
    case 'text':
      return 'a name';
    case 'seed':
      return 'an integer of at most 100 digits';
    case 'boolean':
      return 'true or false';
    case 'choice':
      return row.choices.join(' or ');
    case 'integer':
    case 'real':
      return rangeRule(row);
  }
}

/** All that is wrong with settings: each value by itself, then how they fit together. */
export function checkSettings(settings: Settings): string[] {
  const problems = settingsTable
    .map(({ key }) => checkSetting(key, settings[key]))
    .filter((problem) => problem !== null);
  if (problems.length === 0 && settings.n_embd % settings.n_head !== 0) {
    problems.push(`n_embd: needs a multiple of n_head ${settings.n_head}, got ${settings.n_embd}`);
  }
  return problems;
}

/** Throws SettingsError naming everything that is wrong. */
export function requireSettings(settings: Settings): Settings {
  const problems = checkSettings(settings);
  if (problems.length > 0) throw new SettingsError(problems.join('; '));
  return settings;
}

/** Reads a value from text, as a URL, a form or a command line holds it; a value of the wrong kind stays text. */
export function parseSetting(key: SettingKey, text: string): string | number | boolean {
  const { kind } = settingsTable.find((r) => r.key === key)!;
  if (kind === 'integer' || kind === 'real') {
    const number = text.trim() === '' ? NaN : Number(text);
    return Number.isNaN(number) ? text : number;
  }
  if (kind === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}

export function modelConfig(settings: Settings, vocab_size: number): ModelConfig {
  const { n_layer, n_embd, n_head, block_size, activation, batch_size } = settings;
  return { vocab_size, n_layer, n_embd, n_head, block_size, activation, batch_size };
}

export function adamConfig({ beta1, beta2, eps_adam }: Settings): AdamConfig {
  return { beta1, beta2, eps_adam };
}

export function initConfig({ init_std, init_zero_projections }: Settings): InitConfig {
  return { init_std, init_zero_projections };
}

function obeys(row: SettingRow, value: unknown): boolean {
  switch (row.kind) {
    case 'text':
      return typeof value === 'string' && value.length > 0;
    case 'seed':
      return typeof value === 'string' && /^-?\d{1,100}$/.test(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'choice':
      return row.choices.includes(value as string);
    case 'integer':
    case 'real':
      return inRange(row, value);
  }
}

type NumberRow = Extract<SettingRow, { kind: 'integer' | 'real' }>;

function inRange(row: NumberRow, value: unknown): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (row.kind === 'integer' && !Number.isInteger(value)) return false;
  if (row.above !== undefined && value <= row.above) return false;
  if (row.below !== undefined && value >= row.below) return false;
  return value >= (row.min ?? -Infinity) && value <= (row.max ?? Infinity);
}

function rangeRule({ kind, min, max, above, below }: NumberRow): string {
  const noun = kind === 'integer' ? 'an integer' : 'a number';
  if (min !== undefined && max !== undefined) return `${noun} from ${min} to ${max}`;
  const low = above !== undefined ? `above ${above}` : `at least ${min}`;
  const high = below !== undefined ? `below ${below}` : `at most ${max}`;
  return `${noun} ${low} and ${high}`;
}
