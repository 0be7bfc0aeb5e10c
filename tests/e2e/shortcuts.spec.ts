import { expect, openLab, test } from './lab';

const address = './?pack=chess_pgn&block_size=31&n_layer=2&n_embd=64&num_steps=2000';

test('shortcuts drive a run', async ({ page }) => {
  await openLab(page, address);
  await expect(page.getByRole('button', { name: /Start training/ })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page.getByText('running', { exact: true })).toBeVisible();
  await page.keyboard.press('p');
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
  const step = page.getByTestId('step');
  const before = Number((await step.textContent())!.replace(/\D/g, ''));
  await page.keyboard.press('s');
  await expect(step).toHaveText((before + 1).toLocaleString('en-US'));
  await page.keyboard.press('r');
  await expect(page.getByText('running', { exact: true })).toBeVisible();
  await page.keyboard.press('P');
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
});

test('shortcuts are ignored while typing', async ({ page }) => {
  await openLab(page, address);
  await expect(page.getByRole('button', { name: /Start training/ })).toBeEnabled();
  const seed = page.getByLabel('Seed');
  await seed.click();
  await page.keyboard.press('End');
  await page.keyboard.type('nrspce?');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Open runs' })).toHaveCount(0);
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(seed).toHaveValue('42nrspce?');
});

test('Enter on a button presses that button and starts nothing else', async ({ page }) => {
  await openLab(page, address);
  await page.getByRole('button', { name: 'tiny', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'tiny', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true'
  );
  await expect(page.getByRole('list', { name: 'Open runs' })).toHaveCount(0);

  await page.getByRole('button', { name: /Start training/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Close run/ })).toHaveCount(1);
});

test('? lists the shortcuts', async ({ page }) => {
  await openLab(page, address);
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Shortcuts' });
  await expect(dialog).toContainText('Train one step');
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
