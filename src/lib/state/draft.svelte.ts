import type { Corpus } from '../run/corpus';
import { runCost, type RunCost } from '../run/cost';
import {
  checkSetting,
  checkSettings,
  defaultSettings,
  parseSetting,
  presets,
  presetSettings,
  type PresetName,
  type Settings
} from '../run/settings';
import { settingsTable, type SettingKey } from '../run/settingsTable';
import type { Corpora } from './corpora.svelte';

export type CorpusState = 'loading' | 'ready' | 'failed';

/** The form: settings that may still be wrong, and the text that they name. */
export class Draft {
  readonly #corpora: Corpora;
  #settings = $state.raw<Settings>(defaultSettings);
  #corpus = $state.raw<Corpus | null>(null);
  #corpusError = $state<string | null>(null);
  /** The newest reading of a text. */
  #load: symbol | null = null;
  #problems = $derived(checkSettings(this.#settings));
  #cost = $derived.by(() => this.#costNow());
  #preset = $derived(presetOf(this.#settings));

  constructor(corpora: Corpora) {
    this.#corpora = corpora;
  }

  get settings(): Settings {
    return this.#settings;
  }

  get problems(): readonly string[] {
    return this.#problems;
  }

  problemOf(key: SettingKey): string | null {
    const single = checkSetting(key, this.#settings[key]);
    return single ?? this.#problems.find((problem) => problem.startsWith(`${key}:`)) ?? null;
  }

  /** The preset that the settings are, or null. */
  get preset(): PresetName | null {
    return this.#preset;
  }

  get corpus(): Corpus | null {
    return this.#corpus;
  }

  get corpusState(): CorpusState {
    if (this.#corpusError !== null) return 'failed';
    return this.#corpus === null ? 'loading' : 'ready';
  }

  get corpusError(): string | null {
    return this.#corpusError;
  }

  /** null while there is no text or a problem. */
  get cost(): RunCost | null {
    return this.#cost;
  }

  /** Changes any setting but the pack; text is read as the URL would read it. */
  change(key: Exclude<SettingKey, 'pack'>, value: string | number | boolean): void {
    const parsed = typeof value === 'string' ? parseSetting(key, value) : value;
    this.#settings = { ...this.#settings, [key]: parsed };
  }

  applyPreset(name: PresetName): void {
    this.#settings = presetSettings(name, this.#settings);
  }

  /** Takes settings as a whole, and reads their text. */
  async replace(settings: Settings): Promise<void> {
    this.#settings = settings;
    await this.loadCorpus();
  }

  /** Reads the text of the pack, again if need be; of several calls the last one counts. */
  async loadCorpus(): Promise<void> {
    const load = Symbol('load');
    this.#load = load;
    this.#corpus = null;
    this.#corpusError = null;
    try {
      const corpus = await this.#corpora.corpus(this.#settings.pack);
      if (this.#load === load) this.#corpus = corpus;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (this.#load === load) this.#corpusError = reason;
    }
  }

  #costNow(): RunCost | null {
    if (this.#corpus === null || this.#problems.length > 0) return null;
    return runCost(this.#settings, this.#corpus);
  }
}

function presetOf(settings: Settings): PresetName | null {
  const names = Object.keys(presets) as PresetName[];
  return names.find((name) => sameSettings(presetSettings(name, settings), settings)) ?? null;
}

/** Whether two settings are the same, but perhaps for the keys in `except`. */
export function sameSettings(
  a: Settings,
  b: Settings,
  except: readonly SettingKey[] = []
): boolean {
  return settingsTable.every(({ key }) => except.includes(key) || a[key] === b[key]);
}
