import { describe, expect, it } from 'vitest';
import { runCost } from '../../src/lib/run/cost';
import { buildCorpus } from '../../src/lib/run/corpus';
import { defaultSettings } from '../../src/lib/run/settings';

const abc = buildCorpus('upload', 'abc', 'abc\nab\na😀');

describe('runCost', () => {
  it("counts microgpt's parameters", () => {
    const letters = buildCorpus('letters', 'Letters', 'abcdefghijklmnopqrstuvwxyz');
    // microgpt.py on names: "num params: 4192", with 27 tokens
    expect(runCost(defaultSettings, letters)).toMatchObject({ vocab_size: 27, num_params: 4192 });
  });

  it('counts characters as code points, and BOS', () => {
    expect(runCost(defaultSettings, abc).vocab_size).toBe(5);
  });

  it('takes the average over the documents, cut to block_size', () => {
    // 4, 3 and 3 positions: BOS and the characters
    expect(runCost({ ...defaultSettings, block_size: 3 }, abc)).toMatchObject({
      cut_share: 1 / 3,
      tokensPerStep: 3
    });
    const settings = { ...defaultSettings, block_size: 4, batch_size: 3 };
    expect(runCost(settings, abc)).toMatchObject({ cut_share: 0, tokensPerStep: 10 });
  });

  it('counts two operations for each weight and position, three times over', () => {
    const settings = { ...defaultSettings, n_embd: 4, n_head: 1 };
    const one = buildCorpus('one', 'One', 'a');
    // T = 2; lm_head 2·4, attention 4·16, MLP 2·64; attention products 2·4 over 3 pairs
    const perStep = 3 * 2 * (2 * (8 + 64 + 128) + 2 * 4 * 3);
    expect(runCost(settings, one).flopsPerStep).toBe(perStep);
    expect(runCost({ ...settings, batch_size: 5 }, one).flopsPerStep).toBe(5 * perStep);
  });
});
