/** The lab itself, driven into the states that are hard to come by: each looks as it did, in both themes. */
import { readFileSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { launchOptions } from '../../scripts/browser.js';
import { violations } from './axe';
import { Gallery } from './gallery';
import { expect, openLab, test } from './lab';

const viewport = { width: 1440, height: 900 };
const small = '?pack=arithmetic&n_layer=2&n_embd=8&n_head=2&num_steps=2000&sample_interval=6';
const { trace } = JSON.parse(readFileSync('src/lib/views/style/recorded.json', 'utf8')) as Record<
  'trace',
  string
>;
const themes = ['dark', 'light'] as const;

/** What no two machines tell alike: how long each stage of a step took, and how many steps there are in a second. */
const times = (page: Page) => [
  page.locator('[data-place=dock] .view'),
  page.getByRole('group', { name: 'Engine' })
];

/** A run that rests after exactly so many steps. */
async function runSteps(page: Page, steps: number) {
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByTestId('step')).not.toHaveText('0');
  await page.keyboard.press('p');
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page.getByTestId('step')).toHaveText('0');
  await goOn(page, steps, steps);
}

async function goOn(page: Page, steps: number, until: number) {
  await page.getByLabel('Steps to run').fill(String(steps));
  await page.getByRole('button', { name: 'Go', exact: true }).click();
  await expect(page.getByTestId('step')).toHaveText(String(until));
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
  // No caret that blinks.
  await page.getByLabel('Steps to run').blur();
}

/** Both themes of what a page shows. */
async function hangBoth(gallery: Gallery, page: Page, name: string, isTimed = false) {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await gallery.hang(`${name} ${colorScheme}`, { mask: isTimed ? times(page) : [] });
    expect({ name, colorScheme, found: await violations(page) }).toMatchObject({ found: [] });
  }
}

test.describe('the screen', () => {
  test.use({ viewport, reducedMotion: 'reduce' });

  test.slow();

  test('before a run, and where the names cannot be fetched', async ({ page }, info) => {
    const gallery = new Gallery(page, info);
    await page.route('**/names.txt', (route) =>
      route.fulfill({ status: 503, headers: { 'Access-Control-Allow-Origin': '*' } })
    );
    await openLab(page);
    await expect(page.getByText(/In use: a short/)).toBeVisible();
    await hangBoth(gallery, page, 'screen first');
    await page.getByRole('button', { name: 'Fetch the full list' }).click();
    await expect(page.getByRole('alert')).toContainText('503');
    await hangBoth(gallery, page, 'screen offline');
    expect(gallery.differences).toEqual([]);
  });

  test('while a run opens, and when its worker cannot', async ({ page }, info) => {
    const gallery = new Gallery(page, info);
    let fail = () => {};
    const isAsked = new Promise<void>((resolve) => {
      void page.route('**/workers/worker-*', async (route) => {
        resolve();
        await new Promise<void>((go) => (fail = go));
        await route.abort();
      });
    });
    await openLab(page, `./${small}`);
    await page.getByRole('button', { name: /Start training/ }).click();
    await isAsked;
    await hangBoth(gallery, page, 'screen opening');
    fail();
    await expect(page.getByRole('alert')).toContainText('worker: needs to run');
    await hangBoth(gallery, page, 'screen failed');
    await page.getByRole('button', { name: 'Set up again' }).click();
    await expect(page.getByRole('button', { name: /Start training/ })).toBeVisible();
    const engines = page.getByRole('combobox', { name: 'Engine' }).getByRole('option');
    await expect(engines).toHaveText(['Auto', 'GPU', 'CPU', 'CPU (f64)']);
    expect(gallery.differences).toEqual([]);
  });

  test('of a run that was canceled', async ({ page }, info) => {
    const gallery = new Gallery(page, info);
    await openLab(page, `./${small}&engine=cpu`);
    await runSteps(page, 12);
    await hangBoth(gallery, page, 'screen paused', true);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('canceled', { exact: true })).toBeVisible();
    await hangBoth(gallery, page, 'screen canceled', true);
    expect(gallery.differences).toEqual([]);
  });

  test('of an imported trace', async ({ page }, info) => {
    const gallery = new Gallery(page, info);
    await openLab(page);
    await page.getByLabel('Trace to import').setInputFiles({
      name: 'trace.json',
      mimeType: 'application/json',
      buffer: Buffer.from(trace)
    });
    await expect(page.getByText('imported, read-only')).toBeVisible();
    await hangBoth(gallery, page, 'screen imported');
    await page.setViewportSize({ width: 1280, height: 720 });
    await hangBoth(gallery, page, 'screen imported, small');
    await page.setViewportSize({ width: 390, height: 844 });
    await hangBoth(gallery, page, 'screen imported, phone');
    expect(gallery.differences).toEqual([]);
  });

  test('@no-webgpu of a run whose GPU cannot be used', async ({ page }, info) => {
    const gallery = new Gallery(page, info);
    await openLab(page, `./${small}&engine=gpu`);
    await runSteps(page, 12);
    await expect(page.getByText(/The GPU cannot be used/)).toBeVisible();
    await hangBoth(gallery, page, 'screen without WebGPU', true);
    expect(gallery.differences).toEqual([]);
  });
});

test('the screen of a run whose device was lost', async ({ site }, info) => {
  test.slow();
  // A browser of its own: after a crash the others of this worker might find no adapter.
  const browser = await chromium.launch(launchOptions({ webgpu: true }));
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' });
  const gallery = new Gallery(page, info);
  await openLab(page, new URL(`${small}&engine=gpu`, site.url).href);
  await runSteps(page, 6);
  // The crash takes the scene's context too: the heatmaps stay as they are.
  await page.keyboard.press('a');
  const session = await browser.newBrowserCDPSession();
  void session.send('Browser.crashGpuProcess' as never).catch(() => {});
  await goOn(page, 6, 12);
  await expect(
    page.getByText(/The GPU failed .* so the CPU goes on from step \d+\./)
  ).toBeVisible();
  await hangBoth(gallery, page, 'screen lost device', true);
  expect(gallery.differences).toEqual([]);
  await browser.close();
});
