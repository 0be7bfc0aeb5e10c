import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsTable } from '../../src/lib/run/settingsTable';
import { glossary, glossaryIds } from '../../src/lib/views/glossary';

const views = 'src/lib/views';
const components = readdirSync(views, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.svelte'))
  .map((file) => ({ file, source: readFileSync(join(views, file), 'utf8') }));

describe('the glossary', () => {
  it.each(glossaryIds)('says %s in one to three whole sentences', (id) => {
    const { says } = glossary[id];
    expect(says).toMatch(/^[A-Z0e].*\.$/s);
    expect(says.length).toBeLessThan(240);
  });

  it('has each term once, in the order of a dictionary', () => {
    const terms = glossaryIds.map((id) => glossary[id].term);
    expect(new Set(terms).size).toBe(terms.length);
    expect(terms.indexOf('β₁')).toBe(terms.indexOf('batch') + 1);
  });

  it('explains every word that the issue of a newcomer may be', () => {
    const also = glossaryIds.map((id) => `${id} ${glossary[id].term} ${glossary[id].also ?? ''}`);
    const words = settingsTable
      .map(({ key }) => key)
      .filter((key) => /^(n_|b|eps|lea|te|top)/.test(key));
    for (const word of [...words, 'seed', 'engine', 'activation', 'wte', 'logits', 'softmax']) {
      expect(also.join(' ')).toContain(word);
    }
  });

  it('holds the only copy of its sentences', () => {
    for (const { file, source } of components) {
      const text = source.replace(/\s+/g, ' ');
      const copies = glossaryIds.filter((id) => text.includes(glossary[id].says.slice(0, 50)));
      expect({ file, copies }).toEqual({ file, copies: [] });
    }
  });

  it('is what every “?” of a panel leads to', () => {
    const panels = components.filter(({ source }) => source.includes('{#snippet terms()}'));
    expect(panels.length).toBeGreaterThan(5);
    const silent = panels.filter(({ source }) => !source.includes('<Entries of='));
    expect(silent.map(({ file }) => file)).toEqual([]);
  });
});
