import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildCorpus } from '../../src/lib/run/corpus';
import { packs } from '../../src/lib/run/packs';
import { defaultSettings } from '../../src/lib/run/settings';
import { losses, only, perform, whole } from './scenario';

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return (
    (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
  );
}

describe('a small model learns every pack in 120 steps', () => {
  test.each(packs.map((pack) => [pack.id, pack] as const))('%s', async (id, { title, file }) => {
    const text = readFileSync(new URL(`../../packs/${file}`, import.meta.url), 'utf8');
    const small = { n_embd: 8, n_head: 2, n_layer: 1, block_size: 16, num_steps: 120 };
    const settings = { ...defaultSettings, engine: 'cpu', pack: id, ...small } as const;
    const { events } = await perform({ settings, corpus: buildCorpus(id, title, text) }, whole);
    const told = losses(events);
    expect(told).toHaveLength(120);
    expect(median(told.slice(-20))).toBeLessThan(median(told.slice(0, 20)));
    const { samples } = only(events, 'sample.generated').at(-1)!;
    expect(samples.some(({ text: sample }) => sample !== '')).toBe(true);
  });
});
