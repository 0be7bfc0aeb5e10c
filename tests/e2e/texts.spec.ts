import { expect, openLab, test } from './lab';

const file = (name: string, text: string) => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(text)
});

test('an upload is taken, trained on, and there again after a reload', async ({ page }) => {
  await openLab(page, './?num_steps=20&sample_count=2');
  await page
    .getByLabel('Text file')
    .setInputFiles(file('rivers.txt', 'donau\nrhein\nmain\nisar\n'));
  await expect(page.getByRole('radio', { name: 'rivers.txt' })).toBeChecked();
  await expect(page).toHaveURL(/pack=upload/);
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();

  await page.reload();
  await expect(page.getByRole('radio', { name: 'rivers.txt' })).toBeChecked();
  await expect(page.getByText('donau')).toBeVisible();
  await page.getByRole('button', { name: 'Forget rivers.txt' }).click();
  await expect(page.getByRole('radio', { name: 'rivers.txt' })).toHaveCount(0);
});

test('an upload that breaks a rule is refused with rule, limit and what came', async ({ page }) => {
  await openLab(page, './');
  const chooser = page.getByLabel('Text file');
  const notices = page.getByRole('status', { name: 'Notices' });
  await chooser.setInputFiles(file('page.html', 'a'));
  await expect(notices).toContainText('upload: needs a .txt file, got page.html');
  await chooser.setInputFiles(file('empty.txt', ' \n '));
  await expect(notices).toContainText('needs at least one line that is not blank');
  await chooser.setInputFiles(file('big.txt', 'a'.repeat(200 * 1024 + 1)));
  await expect(notices).toContainText('needs at most 204800 bytes (200 KiB), got 204801');
  await expect(page.getByRole('radio', { name: 'Names' })).toBeChecked();
});

test('pasted text is taken', async ({ page }) => {
  await openLab(page, './');
  await page.getByRole('button', { name: 'Paste' }).click();
  await page.getByLabel('Text to learn').fill('one\ntwo\nthree');
  await page.getByRole('button', { name: 'Use this text' }).click();
  await expect(page.getByRole('radio', { name: 'pasted.txt' })).toBeChecked();
});

test('the page says which list of names is in use, and fetches the full one on request', async ({
  page
}) => {
  await page.route('**/names.txt', (route) =>
    route.fulfill({ status: 503, headers: { 'Access-Control-Allow-Origin': '*' } })
  );
  await openLab(page, './');
  await expect(page.getByText(/In use: a short built-in list/)).toBeVisible();
  await page.getByRole('button', { name: 'Fetch the full list' }).click();
  await expect(page.getByRole('alert')).toContainText('503');
  await expect(page.getByRole('button', { name: 'Fetch the full list' })).toBeEnabled();
});
