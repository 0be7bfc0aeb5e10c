import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

const address = './?engine=cpu&num_steps=50&sample_interval=0';

async function trainedRun(page: Page) {
  await openLab(page, address);
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
}

/** The gradient that both ways lead to, verified. */
async function expectVerified(page: Page) {
  const number = page.getByRole('region', { name: 'Number' });
  await expect(number.getByRole('heading', { level: 3 })).toContainText('dlayer0.attn_wq[3,5] =');
  await expect(number.getByRole('status')).toContainText('Verified');
  await expect(number).toContainText('dw[3,5] += Σₜ dy[t,3] · x[t,5]');
}

test('by mouse: a weight’s gradient from one token’s loss, verified, and on to its terms', async ({
  page
}) => {
  await trainedRun(page);
  await page.getByRole('button', { name: /^Operations/ }).click();
  await page.getByLabel('step', { exact: true }).fill('40');
  await page.getByLabel('Gradients of').selectOption('token');
  await page.getByLabel('Token', { exact: true }).selectOption('3');
  await page.getByRole('button', { name: /^q \(/ }).click();
  const weight = page.getByRole('button', { name: 'dw: show dlayer0.attn_wq' });
  await expect(weight).toContainText('—');
  await page.getByRole('button', { name: /^Run to layer0\.q/ }).click();
  await expect(weight).toContainText('complete');
  await expect(page.getByRole('button', { name: /^dx: show/ })).toContainText(
    'contribution 3 of 3'
  );
  await weight.click();
  const cells = page.getByRole('slider', { name: /^Cells of dlayer0\.attn_wq/ });
  const { width, height } = (await cells.boundingBox())!;
  await cells.click({ position: { x: (5.5 / 16) * width, y: (3.5 / 16) * height } });
  await expectVerified(page);
  await page.getByTitle('dlayer0.q[3,3]').first().click();
  const number = page.getByRole('region', { name: 'Number' });
  await expect(number.getByRole('heading', { level: 3 })).toContainText('dlayer0.q[3,3] =');
  await page.getByRole('button', { name: 'dlayer0.attn_wq[3,5]' }).click();
  await expectVerified(page);
});

test('by keyboard: the same', async ({ page }) => {
  await trainedRun(page);
  await page.keyboard.press('o');
  const emb = page.locator('[data-node="tok_emb"]');
  await expect(emb).toBeFocused();
  await page.getByLabel('Gradients of').focus();
  await page.keyboard.press('o');
  await expect(page.getByLabel('Gradients of')).toHaveValue('token');
  await page.locator('[data-node][tabindex="0"]').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('[data-node="layer0.q"]')).toBeFocused();
  await page.keyboard.press('u');
  await expect(page.getByText('layer0.q is done')).toBeVisible();
  const weight = page.getByRole('button', { name: 'dw: show dlayer0.attn_wq' });
  for (let i = 0; i < 12; i++) {
    if (await weight.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Cell to open')).toBeFocused();
  await page.keyboard.type('3,5');
  await page.keyboard.press('Enter');
  await expectVerified(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('at the end, every gradient equals the one that training took', async ({ page }) => {
  await trainedRun(page);
  await page.keyboard.press('o');
  await page.getByRole('button', { name: /^To the end/ }).click();
  await expect(page.getByText(/equal those that training took, bit for bit/)).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByText('Nothing done')).toBeVisible();
  await page.getByLabel('Above', { exact: true }).fill('0.01');
  await page.getByRole('button', { name: 'Run until' }).click();
  await expect(page.getByText(/^Stopped: /)).toBeVisible();
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing in an opened step', async ({ page }) => {
      await trainedRun(page);
      await page.keyboard.press('o');
      await page.getByRole('button', { name: /^Over the block/ }).click();
      await page.getByLabel('Cell to open').fill('0,1');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('region', { name: 'Number' }).getByRole('status')).toBeVisible();
      const violations = async () =>
        (await new AxeBuilder({ page }).include('dialog').analyze()).violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`
        );
      expect(await violations()).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: 'Table' }).click();
      expect(await violations()).toEqual([]);
    });
  });
}
