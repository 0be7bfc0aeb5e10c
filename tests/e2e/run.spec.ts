import type { Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

/** Long enough to be met in the middle, on a text whose lines are not cut. */
const longRun = './?pack=chess_pgn&block_size=31&n_layer=2&n_embd=64&num_steps=2000';
const shortRun = './?pack=chess_pgn&num_steps=40&sample_count=4';

const start = (page: Page) => page.getByRole('button', { name: /Start training/ }).click();
const step = async (page: Page) =>
  Number((await page.getByTestId('step').textContent())!.replace(/\D/g, ''));
const loss = async (page: Page) =>
  Number(await page.locator('dt:text-is("loss") + dd').textContent());
const command = (page: Page, name: RegExp) =>
  page.getByRole('group', { name: 'Training' }).getByRole('button', { name }).click();

test('a run starts on chess_pgn and its loss falls', { tag: '@both' }, async ({ page }) => {
  await openLab(page, './');
  await page.getByRole('radio', { name: 'Chess openings' }).check();
  await expect(page.getByText('1. e4 e5 2. Nf3 Nc6 3. Bb5 a6')).toBeVisible();
  await start(page);
  await expect.poll(() => step(page)).toBeGreaterThan(2);
  await expect.poll(() => loss(page), { timeout: 30_000 }).toBeLessThan(1);
});

test('a run pauses, steps, runs some steps and goes on', async ({ page }) => {
  await openLab(page, longRun);
  await start(page);
  await expect.poll(() => step(page)).toBeGreaterThan(2);
  await command(page, /Pause/);
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
  const paused = await step(page);

  await command(page, /Step/);
  await expect.poll(() => step(page)).toBe(paused + 1);

  await page.getByLabel('Steps to run').fill('5');
  await command(page, /Go/);
  await expect.poll(() => step(page)).toBe(paused + 6);
  await expect(page.getByText('paused', { exact: true })).toBeVisible();

  await command(page, /Reset/);
  await expect.poll(() => step(page)).toBe(0);
  await command(page, /Cancel/);
  await expect(page.getByText('canceled', { exact: true })).toBeVisible();
});

test('the other engine goes on with the same weights', async ({ page }) => {
  await openLab(page, `${longRun}&engine=cpu`);
  await start(page);
  await expect.poll(() => step(page)).toBeGreaterThan(20);
  const engines = page.getByRole('group', { name: 'Engine' });
  await page.keyboard.press('e');
  await expect(engines.getByRole('button', { name: /GPU/ })).toHaveAttribute(
    'aria-pressed',
    'true'
  );
  const switched = await step(page);
  expect(switched).toBeGreaterThan(20);
  await expect.poll(() => step(page)).toBeGreaterThan(switched);
  expect(await loss(page)).toBeLessThan(2.5);
});

test(
  'without WebGPU a note is shown and the CPU computes',
  { tag: '@no-webgpu' },
  async ({ page }) => {
    await openLab(page, shortRun);
    await expect(page.getByText('The CPU computes, because there is no GPU')).toBeVisible();
    await start(page);
    await expect(page.getByText('finished', { exact: true })).toBeVisible();
    const engines = page.getByRole('group', { name: 'Engine' });
    await expect(engines.getByRole('button', { name: /CPU/ })).toHaveAttribute(
      'aria-pressed',
      'true'
    );
    await expect(engines.getByRole('button', { name: /GPU/ })).toBeDisabled();
  }
);

test('samples are marked as valid or not, copied or novel', async ({ page }) => {
  await openLab(page, './?pack=arithmetic&num_steps=60&sample_count=4');
  await start(page);
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
  const samples = page.getByRole('group', { name: 'Sets of samples' });
  await expect(samples).toContainText(/\d of 4 valid \(.+%\) · \d copied/);
  await expect(samples.locator('li').first()).toContainText(/copied|novel/);

  const sets = await samples.locator('section').count();
  await page.keyboard.press('c');
  await expect(samples.locator('section')).toHaveCount(sets + 1);
  const bad = samples.getByRole('button', { name: /not valid: / }).first();
  if (await bad.count()) {
    await bad.focus();
    await expect(bad.locator('+ .reason')).toBeVisible();
  }
});

test('three runs may be open; a fourth is refused with the reason', async ({ page }) => {
  await openLab(page, shortRun);
  const tabs = page.getByRole('list', { name: 'Open runs' });
  await start(page);
  for (const count of [2, 3]) {
    await page.waitForTimeout(600);
    await page.keyboard.press('n');
    await expect(tabs.getByRole('button', { name: /^Close/ })).toHaveCount(count);
  }
  await page.waitForTimeout(600);
  await page.keyboard.press('n');
  await expect(page.getByRole('status', { name: 'Notices' })).toContainText(
    'at most 3 open at once'
  );
  await tabs
    .getByRole('button', { name: /^Close/ })
    .first()
    .click();
  await expect(tabs.getByRole('button', { name: /^Close/ })).toHaveCount(2);
});

test('a trace that was exported is imported again, to be looked at', async ({ page }) => {
  await openLab(page, shortRun);
  await start(page);
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
  const last = await loss(page);
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const file = await (await saving).path();

  await openLab(page, './');
  await page.getByLabel('Trace to import').setInputFiles(file);
  await expect(page.getByText('imported, read-only')).toBeVisible();
  expect(await step(page)).toBe(40);
  expect(await loss(page)).toBe(last);
  await expect(page.getByRole('group', { name: 'Training' })).toHaveCount(0);
});

test('a file that is no trace is refused with the reason', async ({ page }) => {
  await openLab(page, './');
  await page
    .getByLabel('Trace to import')
    .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await expect(page.getByRole('status', { name: 'Notices' })).toContainText('trace');
});
