import { describe, expect, test } from 'vitest';
import { engineNames } from '../../src/lib/engine/engine';
import {
  checkSetting,
  checkSettings,
  defaultSettings,
  parseSetting,
  presets,
  presetSettings,
  requireSettings,
  settingRule,
  SettingsError,
  type PresetName
} from '../../src/lib/run/settings';
import { settingsTable, type SettingKey, type SettingRow } from '../../src/lib/run/settingsTable';

/** Values beside each limit of a row: the last that is allowed, and the first that is not. */
function limits({ kind, min, max, above, below }: Extract<SettingRow, { default: number }>) {
  const near = kind === 'integer' ? 1 : 1e-9;
  const beside = (limit: number | undefined, by: number) =>
    limit === undefined ? [] : [limit + by];
  return {
    allowed: [beside(min, 0), beside(max, 0), beside(above, near), beside(below, -near)].flat(),
    refused: [beside(min, -near), beside(max, near), beside(above, 0), beside(below, 0)].flat()
  };
}

type Row = (typeof settingsTable)[number];

function isNumeric(row: Row): row is Extract<Row, { default: number }> {
  return row.kind === 'integer' || row.kind === 'real';
}

const numericRows = settingsTable.filter(isNumeric);

describe('limits of the table', () => {
  test.each(numericRows.map((row) => [row.key, row] as const))('%s', (key, row) => {
    const { allowed, refused } = limits(row);
    expect([allowed.length, refused.length]).toEqual([2, 2]);
    for (const value of allowed) expect(checkSetting(key, value), String(value)).toBeNull();
    const wrong = [...refused, NaN, Infinity, -Infinity, null, undefined, true, [], {}, '1'];
    for (const value of row.kind === 'integer' ? [...wrong, row.default + 0.5] : wrong) {
      expect(checkSetting(key, value), JSON.stringify(value)).toMatch(
        `${key}: needs ${settingRule(row)}, got `
      );
    }
  });

  test('are those that the lab promises', () => {
    const promised: Partial<Record<SettingKey, readonly [unknown, unknown]>> = {
      n_layer: [1, 2],
      n_embd: [4, 64],
      n_head: [1, 8],
      block_size: [2, 64],
      num_steps: [1, 2000],
      batch_size: [1, 32],
      sample_count: [1, 20],
      top_k: [1, 20]
    };
    for (const [key, ends] of Object.entries(promised)) {
      const row = numericRows.find((r) => r.key === key)!;
      expect([row.min, row.max], key).toEqual(ends);
    }
    expect(checkSetting('learning_rate', 1)).toBeNull();
    expect(checkSetting('learning_rate', 0)).toBe(
      'learning_rate: needs a number above 0 and at most 1, got 0'
    );
    expect(checkSetting('temperature', 2)).toBeNull();
    expect(checkSetting('temperature', 0)).not.toBeNull();
  });

  test('seeds are integers of at most 100 digits', () => {
    for (const seed of ['0', '-1', '42', '9'.repeat(100)])
      expect(checkSetting('seed', seed)).toBeNull();
    for (const seed of ['', '1.5', '1e3', ' 1', '+1', '0x1', '9'.repeat(101), 42]) {
      expect(checkSetting('seed', seed), String(seed)).toMatch('seed: needs an integer');
    }
  });

  test('choices and switches', () => {
    expect(checkSetting('activation', 'relu2')).toBeNull();
    expect(checkSetting('activation', 'gelu')).toBe('activation: needs relu or relu2, got "gelu"');
    expect(checkSetting('init_zero_projections', false)).toBeNull();
    expect(checkSetting('init_zero_projections', 'false')).toMatch('needs true or false');
    expect(checkSetting('pack', '')).toBe('pack: needs a name, got ""');
    for (const engine of [...engineNames, 'auto'])
      expect(checkSetting('engine', engine)).toBeNull();
  });
});

describe('settings as a whole', () => {
  test('n_embd is a multiple of n_head', () => {
    expect(checkSettings({ ...defaultSettings, n_embd: 30 })).toEqual([
      'n_embd: needs a multiple of n_head 4, got 30'
    ]);
  });

  test('every problem is named', () => {
    const wrong = { ...defaultSettings, n_layer: 3, top_k: 0 };
    expect(() => requireSettings(wrong)).toThrow(SettingsError);
    expect(checkSettings(wrong)).toHaveLength(2);
  });

  test('the defaults are microgpt’s, and cannot be changed', () => {
    expect(presetSettings('microgpt')).toEqual(defaultSettings);
    expect(Object.isFrozen(defaultSettings)).toBe(true);
    expect(Object.keys(defaultSettings)).toEqual(settingsTable.map(({ key }) => key));
  });

  test.each(Object.keys(presets) as PresetName[])(
    'preset %s is allowed and keeps pack, engine and seed',
    (name) => {
      const base = {
        ...defaultSettings,
        pack: 'json',
        engine: 'gpu',
        seed: '7',
        n_layer: 2
      } as const;
      const settings = presetSettings(name, base);
      expect(checkSettings(settings)).toEqual([]);
      expect(settings).toMatchObject({ pack: 'json', engine: 'gpu', seed: '7' });
      expect(settings).toEqual({ ...presetSettings(name), pack: 'json', engine: 'gpu', seed: '7' });
    }
  );

  test('text is read by the kind of its row, and stays text where it does not fit', () => {
    expect(parseSetting('n_embd', '32')).toBe(32);
    expect(parseSetting('learning_rate', '1e-3')).toBe(0.001);
    expect(parseSetting('init_zero_projections', 'true')).toBe(true);
    expect(parseSetting('seed', '12345678901234567890')).toBe('12345678901234567890');
    for (const text of ['', ' ', 'x', '1,5']) expect(parseSetting('n_embd', text)).toBe(text);
    expect(parseSetting('init_zero_projections', 'yes')).toBe('yes');
  });
});
