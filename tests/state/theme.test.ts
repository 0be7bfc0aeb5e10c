import { afterEach, describe, expect, it, vi } from 'vitest';
import { Theme } from '../../src/lib/state/theme.svelte';
import { stubLocalStorage } from './browserStubs';

function stubDocument(): { theme?: string } {
  const dataset: { theme?: string } = {};
  vi.stubGlobal('document', { documentElement: { dataset } });
  return dataset;
}

afterEach(() => vi.unstubAllGlobals());

describe('Theme', () => {
  it('is auto at first, and leaves the page to the system', () => {
    stubLocalStorage();
    const dataset = stubDocument();
    expect(new Theme().choice).toBe('auto');
    expect(dataset).toEqual({});
  });

  it('is there again after a reload', () => {
    stubLocalStorage();
    const dataset = stubDocument();
    new Theme().choose('dark');
    expect(dataset.theme).toBe('dark');
    delete dataset.theme;
    expect(new Theme().choice).toBe('dark');
    expect(dataset.theme).toBe('dark');
    new Theme().choose('auto');
    expect('theme' in dataset).toBe(false);
    expect(new Theme().choice).toBe('auto');
  });

  it('takes nothing that is not a theme', () => {
    stubLocalStorage().set('microgpt-lab.theme', 'sepia');
    const dataset = stubDocument();
    expect(new Theme().choice).toBe('auto');
    expect(dataset).toEqual({});
  });

  it('works where nothing can be kept', () => {
    stubLocalStorage({ refuse: true });
    const dataset = stubDocument();
    const theme = new Theme();
    theme.choose('light');
    expect(theme.choice).toBe('light');
    expect(dataset.theme).toBe('light');
  });
});
