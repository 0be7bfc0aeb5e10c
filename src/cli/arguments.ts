import { parseArgs } from 'node:util';
import { nearest } from '../lib/run/nearest';
import {
  defaultSettings,
  parseSetting,
  presets,
  presetSettings,
  requireSettings,
  type PresetName,
  type Settings
} from '../lib/run/settings';
import { settingsTable, type SettingKey } from '../lib/run/settingsTable';

/** What the command line asks for. */
export interface Arguments {
  readonly settings: Settings;
  /** A text file to learn instead of a pack. */
  readonly corpus: string | null;
  readonly json: boolean;
  /** Where the trace goes. */
  readonly out: string | null;
}

/** A command line that cannot be obeyed. The message reads `who: needs rule, got what`. */
export class ArgumentError extends Error {
  override name = 'ArgumentError';
}

const ownOptions = {
  corpus: { type: 'string' },
  preset: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean' }
} as const;

type OwnOption = keyof typeof ownOptions;

const settingKeys = settingsTable.map(({ key }) => key);
const settingOptions = Object.fromEntries(settingKeys.map((key) => [key, { type: 'string' }]));
const options = { ...settingOptions, ...ownOptions } as Record<
  string,
  { type: 'string' | 'boolean' }
>;

/** Reads the command line; null if help is asked for. Throws ArgumentError or SettingsError. */
export function readArguments(args: readonly string[]): Arguments | null {
  const { given, positionals } = tokenize(args);
  if (given.has('help')) return null;
  if (positionals.length !== 1 || positionals[0] !== 'train') {
    throw new ArgumentError(`command: needs train, got ${positionals.join(' ') || 'none'}`);
  }
  if (given.has('corpus') && given.has('pack')) {
    throw new ArgumentError('corpus: needs to stand without pack, got both');
  }
  return {
    settings: requireSettings(readSettings(given)),
    corpus: given.get('corpus') ?? null,
    json: given.has('json'),
    out: given.get('out') ?? null
  };
}

/** Options by name (the last of a kind counts) and the words between them. */
function tokenize(args: readonly string[]) {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Map<string, string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    requireOption(token.name, token.value);
    given.set(token.name, token.value ?? '');
  }
  return { given, positionals };
}

function requireOption(name: string, value: string | undefined): void {
  if (!Object.hasOwn(options, name)) {
    throw new ArgumentError(
      `option: needs a known key, got ${name}; nearest is ${nearestOption(name)}`
    );
  }
  const wantsValue = options[name].type === 'string';
  if (wantsValue && !value) throw new ArgumentError(`${name}: needs a value, got none`);
  if (!wantsValue && value !== undefined) {
    throw new ArgumentError(`${name}: needs no value, got ${value}`);
  }
}

/** A preset's settings, or the defaults, and over them what is given key by key; the engine is the reference unless told. */
function readSettings(given: ReadonlyMap<string, string>): Settings {
  const base: Settings = { ...defaultSettings, engine: 'cpu' };
  const preset = given.get('preset' satisfies OwnOption);
  const settings = preset === undefined ? base : presetSettings(readPreset(preset), base);
  const changes = settingKeys
    .filter((key) => given.has(key))
    .map((key: SettingKey) => [key, parseSetting(key, given.get(key)!)]);
  return { ...settings, ...(Object.fromEntries(changes) as Partial<Settings>) };
}

function readPreset(name: string): PresetName {
  if (Object.hasOwn(presets, name)) return name as PresetName;
  throw new ArgumentError(`preset: needs ${Object.keys(presets).join(' or ')}, got ${name}`);
}

/** The option that begins like that, or takes the fewest changes of a letter to reach. */
function nearestOption(name: string): string {
  const names = Object.keys(options);
  return names.find((option) => option.startsWith(name)) ?? nearest(name, names, 1)[0];
}
