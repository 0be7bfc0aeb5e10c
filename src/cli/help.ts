import { packs } from '../lib/run/packs';
import { presets, settingRule } from '../lib/run/settings';
import { settingsTable, type SettingRow } from '../lib/run/settingsTable';

/** What `--help` prints: options, then every setting with its limits. */
export function helpText(): string {
  return [
    'Trains a tiny GPT on lines of text and tells every step.',
    '',
    '  npm run lab -- train --pack json --preset tiny',
    '  npm run -s lab -- train --corpus names.txt --engine gpu --json > events.jsonl',
    '',
    'Options',
    ...table([
      ['--pack NAME', `a pack: ${packs.map(({ id }) => id).join(', ')}`],
      ['--corpus FILE', 'a UTF-8 text file instead, one document per line'],
      ['--preset NAME', `settings to start from: ${Object.keys(presets).join(', ')}`],
      ['--engine NAME', 'what computes: cpu (f64 loops, the default), simd, gpu or auto'],
      ['--json', 'one event per line, every step watched, numbers in full precision'],
      ['--out FILE', 'writes the trace of the run'],
      ['--help', 'prints this']
    ]),
    '',
    'Settings, each as --key value',
    ...table(settingsTable.filter(({ group }) => group !== 'run').map(settingLine)),
    ...table([settingLine(settingsTable.find(({ key }) => key === 'seed')!)]),
    '',
    'The GPU is reached through Dawn. On Linux without one, the software adapter of an installed Chromium stands in,',
    'if there is a Vulkan loader: the package libvulkan1, or Chromium’s own, to be named with',
    '  LD_LIBRARY_PATH=/usr/lib/chromium',
    '',
    'Exit status: 0 completed, 1 failed, 2 bad arguments, 130 interrupted.',
    ''
  ].join('\n');
}

function settingLine(row: SettingRow): [string, string] {
  return [`--${row.key}`, `${settingRule(row)}; ${row.default} unless told. ${row.why}`];
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  return rows.map(([left, right]) => `  ${left.padEnd(24)}${right}`);
}
