import { describe, expect, it } from 'vitest';
import type { EngineName } from '$lib/run/protocol';
import { expectedEngine } from '$lib/state/expectedEngine';
import { perform, smallRequest } from '../run/scenario';

describe('expectedEngine', () => {
  it('keeps an engine that is named', () => {
    expect(expectedEngine('cpu', 'hardware', 'gpu')).toBe('cpu');
  });

  it.each(['none', 'software', 'unknown'] as const)('of auto is the CPU, adapter %s', (adapter) => {
    expect(expectedEngine('auto', adapter, 'gpu')).toBe('simd');
  });

  it('of auto is a hardware GPU, unless the CPU was measured to be faster', () => {
    expect(expectedEngine('auto', 'hardware', undefined)).toBe('gpu');
    expect(expectedEngine('auto', 'hardware', 'gpu')).toBe('gpu');
    expect(expectedEngine('auto', 'hardware', 'simd')).toBe('simd');
  });

  it.each([
    ['hardware', undefined],
    ['hardware', 'gpu'],
    ['hardware', 'simd'],
    ['software', undefined],
    ['software', 'gpu'],
    ['software', 'simd'],
    ['none', 'gpu']
  ] as const)('is what a run takes: adapter %s, measured %s', async (adapter, measured) => {
    const offered: EngineName = adapter === 'hardware' ? 'gpu' : 'simd';
    const request = { ...smallRequest({ engine: 'auto' }), measured };
    const around = { auto: { engine: offered, notice: null }, hasSimd: true };
    const { events } = await perform(request, [], around);
    expect(events[0]).toMatchObject({ engine: expectedEngine('auto', adapter, measured) });
  });
});
