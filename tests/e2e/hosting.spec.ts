import type { Page } from '@playwright/test';
import { serve } from '../../scripts/serve';
import { expect, openLab, test } from './lab';

/** Collects everything that a page fails to load or to run. */
function watchFailures(page: Page): string[] {
  const failures: string[] = [];
  page.on('response', (response) => {
    if (!response.ok()) failures.push(`${response.status()} ${response.url()}`);
  });
  page.on('requestfailed', (request) => failures.push(request.url()));
  page.on('pageerror', (error) => failures.push(error.message));
  return failures;
}

test('the site loads from any base path without a failed request', async ({ page }) => {
  const site = await serve({ base: '/some/deep/path/' });
  const failures = watchFailures(page);
  await openLab(page, site.url);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(failures).toEqual([]);
  await site.close();
});

test('the page is cross-origin isolated', async ({ page }) => {
  await openLab(page);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

const hasAdapter = async () => (await navigator.gpu.requestAdapter()) !== null;

test('the tests meet a browser with WebGPU', async ({ page }) => {
  await openLab(page);
  expect(await page.evaluate(hasAdapter)).toBe(true);
});

test('the tests meet a browser without WebGPU', { tag: '@no-webgpu' }, async ({ page }) => {
  await openLab(page);
  expect(await page.evaluate(hasAdapter)).toBe(false);
});
