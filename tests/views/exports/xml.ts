/** An element of a picture: its name, attributes, and all text inside it. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Reads strict XML of elements, attributes and text; throws where it is not well formed. */
export function parseXml(xml: string): XmlElement[] {
  const found: XmlElement[] = [];
  const open: XmlElement[] = [];
  const token = /<\/([\w:-]+)>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < xml.length) {
    const at = token.lastIndex;
    const match = token.exec(xml);
    if (!match) throw new Error(`xml: needs a tag or text, got ${xml.slice(at, at + 40)}`);
    const [, closed, name, attributes, isEmpty, text] = match;
    if (text !== undefined) {
      for (const element of open) element.text += decode(text);
    } else if (closed !== undefined) {
      if (open.pop()?.name !== closed) throw new Error(`xml: needs its own end, got ${closed}`);
    } else {
      const element: XmlElement = { name, attributes: readAttributes(attributes), text: '' };
      found.push(element);
      if (!isEmpty) open.push(element);
    }
  }
  if (open.length > 0) throw new Error(`xml: needs an end of ${open[0].name}`);
  return found;
}

function readAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, key, value]) => [
    key,
    decode(value)
  ]);
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new Error('xml: twice');
  return Object.fromEntries(pairs) as Record<string, string>;
}

function decode(text: string): string {
  return text.replace(/&(\w*);?/g, (whole, name: string) => {
    if (!(name in entities)) throw new Error(`xml: needs a known entity, got ${whole}`);
    return entities[name];
  });
}
