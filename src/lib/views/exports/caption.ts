import { defaultSettings } from '../../run/settings';
import { settingsTable } from '../../run/settingsTable';
import type { Snapshot } from '../../run/snapshot';

/** Told in any case, or by other means. */
const always = ['pack', 'engine', 'seed'];

/** What a reader needs to make the same numbers again: pack, step, engine, seed, and what differs from the defaults. */
export function runCaption(
  { settings, corpus, engine, device }: Snapshot,
  step: number | null
): string {
  if (!settings) return 'microGPT Lab';
  const changed = settingsTable
    .filter(({ key }) => !always.includes(key) && settings[key] !== defaultSettings[key])
    .map(({ key }) => `${key} ${settings[key]}`);
  return [
    'microGPT Lab',
    `${settings.pack} (${corpus?.hash.slice(0, 12) ?? '—'})`,
    ...(step === null ? [] : [`step ${step} of ${settings.num_steps}`]),
    `${engine ?? settings.engine} engine${device ? `, ${device}` : ''}`,
    `seed ${settings.seed}`,
    ...(changed.length > 0 ? changed : ['all else by default'])
  ].join(' · ');
}

/** `loss-names-seed42-step30`, fit for every file system. */
export function fileStem(name: string, { settings }: Snapshot, step: number | null): string {
  const parts = [name, settings?.pack ?? '', settings ? `seed${settings.seed}` : ''];
  if (step !== null) parts.push(`step${step}`);
  return parts
    .filter(Boolean)
    .join('-')
    .replace(/[^\w.-]+/g, '-');
}
