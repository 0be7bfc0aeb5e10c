import { afterEach, describe, expect, it, vi } from 'vitest';
import { Adapter } from '../../src/lib/state/adapter.svelte';

afterEach(() => vi.unstubAllGlobals());

describe('Adapter', () => {
  it('does not know at first', () => {
    expect(new Adapter()).toMatchObject({
      kind: 'unknown',
      name: '',
      sentence: 'Looking for a GPU.'
    });
  });

  it.each([
    [false, 'hardware', 'WebGPU computes on Acme 9000.'],
    [
      true,
      'software',
      'WebGPU has no GPU here, only Acme 9000, which the CPU plays; so auto takes the CPU.'
    ]
  ])('says what was found (software: %s)', async (software, kind, sentence) => {
    const adapter = new Adapter();
    await adapter.probe(async () => ({ name: 'Acme 9000', software }));
    expect(adapter).toMatchObject({ kind, name: 'Acme 9000', sentence });
  });

  it('says why there is none', async () => {
    vi.stubGlobal('navigator', {});
    const adapter = new Adapter();
    await adapter.probe();
    expect(adapter).toMatchObject({ kind: 'none', name: '' });
    expect(adapter.sentence).toBe(
      'The CPU computes, because there is no GPU to use (WebGPU: needs a browser that has it, got none).'
    );
  });
});
