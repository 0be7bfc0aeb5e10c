import type { Page } from '@playwright/test';
import type { SpeedReport } from '../../src/lib/run/speed/speedReport';
import { violations } from './axe';
import { expect, openLab, test } from './lab';

const times = (page: Page) => page.getByRole('region', { name: 'Times of W1' });
const here = (page: Page) => times(page).getByRole('rowgroup').filter({ hasText: 'This device' });
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('this device is measured; what was is kept, copied and cleared', async ({ page, context }) => {
  test.slow();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openLab(page, './speed/');
  await expect(times(page).getByRole('rowheader', { name: 'simd', exact: true })).toBeVisible();
  await expect(here(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Measure this device' }).press('Enter');
  await expect(page.getByRole('progressbar', { name: 'Measured so far' })).toBeVisible();
  await expect(here(page).getByRole('rowheader', { name: 'gpu, software adapter' })).toBeVisible({
    timeout: 60_000
  });
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('status')).toContainText('Canceled, so this is a part');

  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await overflow(page)).toBe(0);

  const row = here(page).getByRole('row').filter({ hasText: 'simd' });
  const shown = await row.textContent();
  await page.reload();
  await expect(row).toHaveText(shown!);
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  await expect(page.getByRole('status')).toHaveText('Copied as JSON.');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  const { rows, isWhole } = JSON.parse(copied) as SpeedReport;
  expect(isWhole).toBe(false);
  expect(rows.map(({ case: id, entrant }) => `${id} ${entrant}`)).toContain('W1 gpu');
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(here(page)).toHaveCount(0);
  await page.reload();
  await expect(here(page)).toHaveCount(0);
});

test('the lab leads there, and tells what was measured beside its engines', async ({ page }) => {
  const device = (entrant: string) => ({
    entrant,
    device: 'words',
    software: false,
    refusal: null
  });
  const W = (id: string, flopsPerStep: number) => ({
    ...{ id, flopsPerStep, n_embd: 16, batch_size: 1, tokensPerStep: 64 }
  });
  const row = (id: string, entrant: string, ms: number) => ({
    ...{ case: id, entrant, workers: 1, opened: 1, times: [ms], failure: null }
  });
  const report = {
    ...{ version: 1, date: '2026-11-21T09:00:00Z', browser: 'Chromium 156', cores: 2 },
    engines: [device('simd'), device('gpu')],
    cases: [W('W1', 1e6), W('W2', 1e8)],
    rows: [
      row('W1', 'simd', 1),
      row('W1', 'gpu', 10),
      row('W2', 'simd', 100),
      row('W2', 'gpu', 10)
    ],
    isWhole: true
  };
  await page.addInitScript(
    (kept) => localStorage.setItem('microgpt-lab.speed', kept),
    JSON.stringify(report)
  );
  await openLab(page, './?num_steps=20');
  await expect(page.getByRole('link', { name: 'Measure this device' })).toHaveAttribute(
    'href',
    /speed\/$/
  );
  await page.getByRole('button', { name: /Start training/ }).click();
  await page.getByRole('button', { name: 'About engines' }).click();
  await expect(page.getByText('The GPU is faster from about 10 MFLOP a step on')).toBeVisible();
  await expect(page.getByText(/This run’s step takes \d+ kFLOP/)).toBeVisible();
});

test(
  'without WebGPU the page says why there is no GPU, and measures the others',
  { tag: '@no-webgpu' },
  async ({ page }) => {
    await openLab(page, './speed/');
    await page.getByRole('button', { name: 'Measure this device' }).click();
    await expect(page.getByText(/not here: WebGPU: needs/)).toBeVisible();
    await expect(here(page).getByRole('rowheader', { name: 'cpu (f64)' })).toBeVisible();
    await expect(here(page).getByRole('rowheader', { name: /gpu/ })).toHaveCount(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
  }
);
