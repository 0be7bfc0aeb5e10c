/**
 * The page's own fonts as rules that stand alone, of those that a picture names and has characters for: a picture that is
 * drawn as an image may load nothing. '' where the page has none.
 */
export async function fontRules(svg: string): Promise<string> {
  const characters = new Set([...svg].map((character) => character.codePointAt(0)!));
  const needed = fontFaces().filter(
    ({ style }) =>
      svg.includes(familyOf(style)) && covers(style.getPropertyValue('unicode-range'), characters)
  );
  const rules = await Promise.all(needed.map(standingAlone));
  return rules.join('\n');
}

const familyOf = (style: CSSStyleDeclaration) =>
  style.getPropertyValue('font-family').replace(/^["']|["']$/g, '');

function fontFaces(): CSSFontFaceRule[] {
  return [...document.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule instanceof CSSFontFaceRule);
}

/** Whether any of some code points is in a range as CSS writes it: `U+0-FF, U+131`; '' is all. */
export function covers(range: string, points: ReadonlySet<number>): boolean {
  if (range === '') return true;
  return range.split(',').some((part) => {
    const [low, high = low] = part.trim().replace(/^U\+/i, '').split('-');
    const [from, to] = [
      Number.parseInt(low.replaceAll('?', '0'), 16),
      Number.parseInt(high.replaceAll('?', 'f'), 16)
    ];
    return [...points].some((point) => point >= from && point <= to);
  });
}

async function standingAlone(rule: CSSFontFaceRule): Promise<string> {
  const [, address] = /url\(["']?([^"')]+)/.exec(rule.style.getPropertyValue('src')) ?? [];
  if (address === undefined) return '';
  const response = await fetch(new URL(address, rule.parentStyleSheet?.href ?? document.baseURI));
  return rule.cssText.replace(address, await asDataUrl(await response.blob()));
}

function asDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('font: needs to be read'));
    reader.readAsDataURL(blob);
  });
}
