import { expect, openLab, test } from './lab';

test('a link restores settings, step and token, and starts nothing', async ({ page }) => {
  await openLab(
    page,
    './?pack=json&n_embd=24&num_steps=30&step=7&token=3&engine=cpu&sample_count=2&arcs=entropy&hide_heads=1'
  );
  await expect(page.getByLabel('Embedding size')).toHaveValue('24');
  await expect(page.getByRole('radio', { name: 'JSON records' })).toBeChecked();
  await expect(page.getByRole('list', { name: 'Open runs' })).toHaveCount(0);

  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByTestId('step')).toHaveText('7');
  const tokens = page.getByRole('listbox').getByRole('option');
  await expect(tokens.nth(3)).toHaveAttribute('aria-selected', 'true');
  const pressed = (name: string, isPressed: boolean) =>
    expect(page.getByRole('button', { name, exact: true })).toHaveAttribute(
      'aria-pressed',
      String(isPressed)
    );
  await pressed('Entropy', true);
  await pressed('Head 1', false);
  await page.getByRole('button', { name: 'Head 3', exact: true }).click();
  await expect(page).toHaveURL(/hide_heads=1%2C3/);

  await page.reload();
  await page.locator('html[data-hydrated]').waitFor();
  await expect(page.getByLabel('Embedding size')).toHaveValue('24');
  await expect(page).toHaveURL(/step=7/);
  await expect(page).toHaveURL(/token=3&arcs=entropy&hide_heads=1%2C3/);
  await expect(page.getByRole('button', { name: /Start training/ })).toBeEnabled();
});

test('corrected values are listed until they are dismissed', async ({ page }) => {
  await openLab(page, './?n_embd=999&colour=red&learning_rate=-1');
  const notices = page.getByRole('status', { name: 'Notices' });
  await expect(notices).toContainText('n_embd: needs an integer from 4 to 64, got 999; using 64');
  await expect(notices).toContainText('got "colour"');
  await expect(notices).toContainText('learning_rate: needs');
  await notices.getByRole('button', { name: 'Dismiss' }).first().click();
  await expect(notices.getByRole('button', { name: 'Dismiss' })).toHaveCount(2);
});

test('autorun offers a button and waits for it', async ({ page }) => {
  await openLab(page, './?pack=arithmetic&num_steps=10&autorun=1');
  const offer = page.getByRole('region', { name: 'Start from a link' });
  await expect(offer).toBeVisible();
  await expect(page.getByRole('list', { name: 'Open runs' })).toHaveCount(0);
  await offer.getByRole('button', { name: 'Start it' }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
  await expect(offer).toBeHidden();
});

test('Share copies the link and says so', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openLab(page, './?pack=json&n_embd=24');
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('status', { name: 'Notices' })).toContainText('The link is copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('pack=json');
  expect(link).toContain('n_embd=24');
});

test('a setting that is refused says so beside its field, and nothing can start', async ({
  page
}) => {
  await openLab(page, './?pack=json');
  await page.getByLabel('Embedding size').fill('30');
  await expect(
    page.getByText('n_embd: needs a multiple of n_head 4, got 30').first()
  ).toBeVisible();
  await expect(page.getByRole('button', { name: /Start training/ })).toBeDisabled();
  await page.getByLabel('Embedding size').fill('32');
  await expect(page.getByRole('button', { name: /Start training/ })).toBeEnabled();
});
