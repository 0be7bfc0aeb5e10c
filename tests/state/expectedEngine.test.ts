import { describe, expect, it } from 'vitest';
import { expectedEngine } from '$lib/state/expectedEngine';

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
});
