import { describe, expect, it } from 'vitest';
import { defaultOpened, type Opened } from '../../src/lib/run/openedLink';
import { decodeLink, defaultLink, encodeLink } from '../../src/lib/run/url';

describe('what a link tells of an opened step', () => {
  it('is a number, and whose gradients they are', () => {
    const opened: Opened = {
      ...defaultOpened,
      cell: { tensor: 'layer0.attn_wq', aspect: 'gradient', index: [3, 5] },
      seed: { of: 'token', t: 6 }
    };
    const query = 'step=40&cell=dlayer0.attn_wq[3,5]&gradients_of=token:6';
    expect(decodeLink(query).link).toEqual({ ...defaultLink, step: 40, opened });
  });

  it('is the part of its update, and the weight, looked at', () => {
    const opened: Opened = {
      ...{ ...defaultOpened, page: 'updates', tab: 'weight' },
      weight: { parameter: 'lm_head', row: 26, column: 15 }
    };
    const link = { ...defaultLink, step: 4, opened };
    expect(encodeLink(link)).toBe('step=4&page=updates&tab=weight&weight=lm_head%5B26%2C15%5D');
    expect(decodeLink('step=4&page=updates&tab=weight&weight=lm_head[26,15]')).toEqual({
      ...{ link, corrections: [] }
    });
  });

  it.each([
    ['operation', 'layer7.q', 'an operation of the step, like layer0.q'],
    [
      ...['cell', 'layer0.attn_wq[3]'],
      'a cell of the step, like layer0.attn_wq[3,5], with d before it for its gradient'
    ],
    ['gradients_of', 'token:16', 'loss, token:t or logit:t:v'],
    ['stop', '-1', 'an integer from 0 to 23'],
    ['page', '<b>', 'the name of a page'],
    ['tab', 'adam', 'tokens or weight or ledger'],
    ...['wpe[16,0]', 'wte[0,16]', 'wte[1]', 'layer1.attn_wq[0,0]', 'wte'].map((got) => [
      ...['weight', got, 'a weight of the model, like layer0.attn_wq[3,5]']
    ])
  ])('corrects %s=%s and says so', (key, got, rule) => {
    expect(decodeLink(`step=4&${key}=${got}`)).toEqual({
      link: { ...defaultLink, step: 4, opened: defaultOpened },
      corrections: [`${key}: needs ${rule}, got "${got}"; ignoring it`]
    });
  });
});
