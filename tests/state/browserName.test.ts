import { expect, test } from 'vitest';
import { browserName } from '../../src/lib/state/browserName';

const like = 'Mozilla/5.0 (X11; Linux x86_64)';
const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [`${like} Gecko/20100101 Firefox/153.0`, 'Firefox 153'],
  [`${like} ${webKit} Chrome/156.0.0.0 Safari/537.36`, 'Chromium 156'],
  [`${like} ${webKit} HeadlessChrome/156.0.0.0 Safari/537.36`, 'Chromium 156'],
  [`${like} ${webKit} Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0`, 'Edge 156'],
  [`${like} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15`, 'Safari 26.1'],
  ['curl/8', 'a browser that does not say']
])('%s', (userAgent, name) => {
  expect(browserName(userAgent)).toBe(name);
});
