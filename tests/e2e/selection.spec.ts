import type { Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

const heatmaps = (page: Page) => page.getByRole('tab', { name: 'Heatmaps' }).click();
const finished = './?pack=chess_pgn&num_steps=40&sample_count=2';

test.beforeEach(async ({ page }) => {
  await openLab(page, finished);
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
});

test('a token is selected by pointer and by arrow keys, and the address keeps it', async ({
  page
}) => {
  await heatmaps(page);
  const tokens = page
    .getByRole('listbox', { name: 'Tokens of the document', exact: true })
    .getByRole('option');
  await tokens.nth(4).click();
  await expect(tokens.nth(4)).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByText(/^head 0·0: from .+₄ to /)).toBeVisible();

  await tokens.nth(4).press('ArrowRight');
  await expect(tokens.nth(5)).toHaveAttribute('aria-selected', 'true');
  await expect(tokens.nth(5)).toBeFocused();
  await tokens.nth(5).press('Home');
  await expect(tokens.nth(0)).toHaveAttribute('aria-selected', 'true');
  await tokens.nth(0).press('End');
  await expect(page).toHaveURL(/token=15/);
});

test('a head is selected, its table opened', async ({ page }) => {
  await heatmaps(page);
  await page.getByRole('button', { name: 'Layer 0, head 2' }).click();
  await expect(page.getByText(/^head 0·2: /)).toBeVisible();
  await expect(page).toHaveURL(/head=2/);
  await page.getByRole('button', { name: 'Table' }).click();
  const table = page.getByRole('group', { name: 'Attention weights of layer 0, head 2' });
  await expect(table.getByRole('row')).toHaveCount(17);
});

test('a step is chosen on the timeline; live follows again', async ({ page }) => {
  const slider = page.getByRole('slider', { name: 'Step to look at' });
  await slider.press('Home');
  await slider.press('ArrowRight');
  await expect(page).toHaveURL(/step=1(&|$)/);
  await expect(page.locator('dt:text-is("step") + dd')).toHaveText('1');
  await page.getByRole('button', { name: 'Live' }).click();
  await expect(page).not.toHaveURL(/[?&]step=/);
  await expect(page.locator('dt:text-is("step") + dd')).toHaveText('40');
});

test('the pointer over the loss tells the step under it', async ({ page }) => {
  const chart = page.getByRole('region', { name: 'Loss' }).locator('canvas');
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const shown = Number(await page.locator('dt:text-is("step") + dd').first().textContent());
  expect(shown).toBeGreaterThan(10);
  expect(shown).toBeLessThan(30);
});
