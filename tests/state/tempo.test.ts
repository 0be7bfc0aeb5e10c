import { afterEach, describe, expect, it, vi } from 'vitest';
import { Tempo } from '../../src/lib/state/tempo.svelte';
import { stubLocalStorage } from './browserStubs';

afterEach(() => vi.unstubAllGlobals());

describe('Tempo', () => {
  it('is full speed until something else is suggested or chosen', () => {
    stubLocalStorage();
    const tempo = new Tempo();
    expect(tempo.stretch).toEqual({});
    tempo.suggest('watch');
    expect(tempo.stretch).toEqual({ delay: tempo.pause });
    tempo.choose('full');
    tempo.suggest('watch');
    expect(tempo.choice).toBe('full');
  });

  it('keeps the choice in this browser', () => {
    stubLocalStorage();
    new Tempo().choose('watch');
    expect(new Tempo().choice).toBe('watch');
  });

  it.each([-1, NaN, 5001])('ignores a pause of %s ms', (ms) => {
    stubLocalStorage();
    const tempo = new Tempo();
    const { pause } = tempo;
    tempo.pause = ms;
    expect(tempo.pause).toBe(pause);
  });
});
