import { afterEach, describe, expect, test, vi } from 'vitest';
import { covers, fontRules } from '../../../src/lib/views/exports/fonts';

afterEach(() => vi.unstubAllGlobals());

const points = (text: string) => new Set([...text].map((character) => character.codePointAt(0)!));

describe('the fonts of a picture', () => {
  test.each([
    ['', 'a', true],
    ['U+0000-00FF, U+0131', 'a', true],
    ['U+0000-00FF, U+0131', 'ı', true],
    ['U+0100-02BA', 'a', false],
    ['U+04??', 'ж', true],
    ['U+04??', 'ԯ', false]
  ])('%s has a character of %s: %s', (range, text, has) => {
    expect(covers(range, points(text))).toBe(has);
  });

  class Rule {
    readonly style: { getPropertyValue: (name: string) => string };
    readonly parentStyleSheet = { href: 'https://lab.example/app/page.css' };
    readonly cssText: string;
    constructor(family: string, file: string, range: string) {
      const values: Record<string, string> = {
        'font-family': `"${family}"`,
        src: `url("${file}") format("woff2")`,
        'unicode-range': range
      };
      this.style = { getPropertyValue: (name) => values[name] };
      this.cssText = `@font-face { font-family: "${family}"; src: ${values.src}; }`;
    }
  }

  test('are read once named and needed, and stand in their rules as data', async () => {
    const cssRules = [
      new Rule('Inter Variable', 'inter-latin.woff2', 'U+0000-00FF'),
      new Rule('Inter Variable', 'inter-greek.woff2', 'U+0370-03FF'),
      new Rule('Another', 'another.woff2', 'U+0000-00FF')
    ];
    const fetched = vi.fn(async () => new Response('font'));
    vi.stubGlobal('CSSFontFaceRule', Rule);
    vi.stubGlobal('document', { styleSheets: [{ cssRules }], baseURI: 'https://lab.example/' });
    vi.stubGlobal('fetch', fetched);
    vi.stubGlobal('FileReader', ReaderOfText);
    const rules = await fontRules(`<text font-family="'Inter Variable', Inter">loss</text>`);
    expect(fetched.mock.calls).toEqual([[new URL('https://lab.example/app/inter-latin.woff2')]]);
    expect(rules).toContain('src: url("data:,font") format("woff2")');
    expect(rules).not.toContain('greek');
  });
});

/** What of a FileReader is used, for Node. */
class ReaderOfText {
  result = '';
  onload = () => {};
  readAsDataURL(blob: Blob) {
    void blob.text().then((text) => {
      this.result = `data:,${text}`;
      this.onload();
    });
  }
}
