import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sampleShares, scoreSamples } from '../../src/lib/run/scores';
import { validate } from '../../src/lib/run/validators/arithmetic';

const corpusLines = new Set(['1+1=2', '2+2=5']);

it('marks samples as valid or not, and as copied or not, in their order', () => {
  expect(scoreSamples(['1+1=2', '3+4=7', '3+4=8', '2+2=5'], corpusLines, validate)).toEqual([
    { text: '1+1=2', valid: true, reason: null, copied: true },
    { text: '3+4=7', valid: true, reason: null, copied: false },
    { text: '3+4=8', valid: false, reason: '3+4 is 7, not 8.', copied: false },
    { text: '2+2=5', valid: false, reason: '2+2 is 4, not 5.', copied: true }
  ]);
});

it('judges nothing without a validator', () => {
  const scored = scoreSamples(['1+1=2', '3+4=8'], corpusLines, null);
  expect(scored.map(({ valid, reason }) => [valid, reason])).toEqual([
    [null, null],
    [null, null]
  ]);
  expect(sampleShares(scored)).toEqual({ valid: null, copied: 1 / 2 });
});

it('gives the shares of a batch', () => {
  const scored = scoreSamples(['1+1=2', '3+4=7', '3+4=8', ''], corpusLines, validate);
  expect(sampleShares(scored)).toEqual({ valid: 1 / 2, copied: 1 / 4 });
});

it('gives no share of an empty batch', () => {
  expect(sampleShares([])).toEqual({ valid: null, copied: 0 });
});

it('keeps every sample, and shares within 0 and 1', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), (samples) => {
      const scored = scoreSamples(samples, new Set(samples), validate);
      expect(scored.map((sample) => sample.text)).toEqual(samples);
      const { valid, copied } = sampleShares(scored);
      expect(copied).toBe(1);
      expect(valid).toBeGreaterThanOrEqual(0);
      expect(valid).toBeLessThanOrEqual(1);
    })
  );
});
