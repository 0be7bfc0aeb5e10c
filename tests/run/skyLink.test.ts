import { describe, expect, it } from 'vitest';
import { defaultSky, type Sky } from '../../src/lib/run/skyLink';
import { decodeLink, defaultLink, encodeLink } from '../../src/lib/run/url';

describe('what a link tells of the constellation', () => {
  it('is what differs from what is seen at first', () => {
    const sky: Sky = { ...defaultSky, arcs: 'entropy', hide_below: 0, hide_heads: [0, 2] };
    const query = 'arcs=entropy&hide_below=0&hide_heads=0%2C2';
    expect(encodeLink({ ...defaultLink, sky })).toBe(query);
    expect(decodeLink(query)).toEqual({ link: { ...defaultLink, sky }, corrections: [] });
  });

  it('hides only what the model has', () => {
    const sky = { ...defaultSky, hide_layers: [1], hide_heads: [1, 7] };
    expect(encodeLink({ ...defaultLink, sky })).toBe('hide_heads=1');
  });

  it('is read in any order, each head once', () => {
    const { link, corrections } = decodeLink('hide_heads=3,1,3&stars=residual');
    expect(link.sky).toEqual({ ...defaultSky, stars: 'residual', hide_heads: [1, 3] });
    expect(corrections).toEqual([]);
  });

  it.each([
    ['arcs', 'colour', 'attention or value or gradient or entropy'],
    ['arcs', '', 'attention or value or gradient or entropy'],
    ['stars', 'sea', 'reading or residual'],
    ['hide_below', '0.6', 'a number from 0 to 0.5'],
    ['hide_below', '-0.1', 'a number from 0 to 0.5'],
    ['hide_below', '', 'a number from 0 to 0.5'],
    ['hide_layers', '1', 'layers from 0 to 0, with a comma between two'],
    ['hide_heads', '4', 'heads from 0 to 3, with a comma between two'],
    ['hide_heads', '0;1', 'heads from 0 to 3, with a comma between two']
  ])('corrects %s=%s and says so', (key, got, rule) => {
    expect(decodeLink(`?${new URLSearchParams({ [key]: got }).toString()}`)).toEqual({
      link: defaultLink,
      corrections: [`${key}: needs ${rule}, got "${got}"; ignoring it`]
    });
  });
});
