import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

/** Large enough to be met before it ends. */
const address =
  './?pack=chess_pgn&block_size=31&n_layer=2&n_embd=64&num_steps=2000&sample_interval=20';

async function violations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
}

async function pausedRun(page: Page) {
  await openLab(page, address);
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByRole('group', { name: 'Sets of samples' })).toBeVisible();
  await page.keyboard.press('p');
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing before a run', async ({ page }) => {
      await openLab(page, './?pack=json&n_embd=999');
      await page.getByText('More settings').click();
      expect(await violations(page)).toEqual([]);
    });

    test('axe finds nothing in a run', async ({ page }) => {
      await pausedRun(page);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Table' }).click();
      await page.keyboard.press('?');
      expect(await violations(page)).toEqual([]);
    });
  });
}

test('the theme can be chosen and is kept', async ({ page }) => {
  await openLab(page, './');
  const button = page.getByRole('button', { name: /^Theme/ });
  await button.click();
  const chosen = await page.locator('html').getAttribute('data-theme');
  expect(['light', 'dark']).toContain(chosen);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', chosen!);
});

test.describe('a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('has no horizontal scroll, before and in a run', async ({ page }) => {
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
    await openLab(page, address);
    expect(await overflow()).toBe(0);
    await pausedRun(page);
    expect(await overflow()).toBe(0);
  });
});

for (const [width, height] of [
  [1440, 900],
  [1280, 720]
]) {
  test(`a run fits on ${width}×${height} without page scroll`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await pausedRun(page);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollHeight - document.documentElement.clientHeight
    );
    expect(overflow).toBe(0);
  });
}
