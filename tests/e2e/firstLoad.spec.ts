import { gzipSync } from 'node:zlib';
import { expect, test } from './lab';

/** Bytes of script, compressed, that a first visit may load. */
const MOST = 200 * 1024;

test('a chosen theme is there before the page’s own script', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('microgpt-lab.theme', 'light'));
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.route('**/_app/**/*.js', (route) => route.abort());
  for (const address of ['./', './ops/']) {
    await page.goto(address);
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  }
});

test('a first visit loads little, and neither the scene nor what opens a step', async ({
  page
}) => {
  const loaded: { name: string; body: Promise<Buffer> }[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) {
      loaded.push({ name: response.url(), body: response.body() });
    }
  });
  await page.goto('./', { waitUntil: 'networkidle' });
  await page.locator('html[data-hydrated]').waitFor();
  const bodies = await Promise.all(loaded.map(({ body }) => body));
  expect(bodies.length).toBeGreaterThan(5);
  expect(bodies.reduce((sum, body) => sum + gzipSync(body).length, 0)).toBeLessThan(MOST);
  const source = bodies.join('\n');
  expect(source).toContain('Start training');
  expect(source).not.toContain('WebGLRenderer');
  expect(source).not.toContain('operations-title');
});
