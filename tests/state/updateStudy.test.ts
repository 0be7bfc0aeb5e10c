import { describe, expect, it } from 'vitest';
import { updateStudy } from '../../src/lib/state/updateStudy.svelte';

const study = () => updateStudy({ ask: () => Promise.reject(new Error('nothing is asked yet')) });

describe('the study of an update', () => {
  it('tells nothing of a place where nothing was chosen', () => {
    expect(study().place).toEqual({ tab: null, weight: null });
  });

  it('begins where a link leads, and stays there where a link tells nothing', () => {
    const place = { tab: 'weight', weight: { parameter: 'wte', row: 3, column: 1 } } as const;
    const restored = study();
    restored.restore(place);
    expect(restored.place).toEqual(place);
    restored.restore({ tab: null, weight: null });
    expect(restored.place).toEqual(place);
    expect(restored.weight.refusal).toBeNull();
  });
});
