import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { expect, openLab, test } from './lab';

/** Starts a run, which trains to its end or fails. */
async function begin(page: Page, settings: string) {
  await openLab(page, `./?engine=cpu&sample_interval=0&${settings}`);
  await page.getByRole('button', { name: /Start training/ }).click();
}

async function openPage(page: Page, name: string) {
  await page.getByText('finished', { exact: true }).waitFor();
  await page.keyboard.press('o');
  await page.getByRole('tab', { name, exact: true }).click();
}

async function violations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
}

const panel = (page: Page, name: string | RegExp) => page.getByRole('region', { name });

test('says whose update a step’s is, weight by weight, and what it did', async ({ page }) => {
  await begin(page, 'num_steps=30');
  await openPage(page, 'Why these weights');

  const shares = panel(page, 'Whose update it is');
  const sums = shares.getByRole('row', { name: /^sum of these/ });
  await expect(sums.getByRole('cell')).toHaveText(Array<string>(5).fill('100.0%'));
  const token = shares.getByRole('button', { name: /^4: / });
  await token.click();
  await expect(token).toHaveAttribute('aria-pressed', 'true');
  const matrix = page.getByRole('slider', { name: /^Cosines of the tokens’ gradients/ });
  await expect(matrix).toHaveAttribute('aria-valuetext', /^4: .* and 0: /);
  await matrix.press('ArrowDown');
  await expect(shares.getByRole('button', { name: /^5: / })).toHaveAttribute(
    'aria-pressed',
    'true'
  );
  const rows = panel(page, 'Rows that moved');
  await rows.getByRole('button', { name: 'lm_head' }).click();
  await expect(rows.getByText('All 27 rows moved.')).toBeVisible();

  await page.getByRole('tab', { name: 'One weight' }).click();
  const typed = page.getByLabel('Weight to look at');
  await typed.fill('layer0.attn_wq[3,99]');
  await typed.press('Enter');
  await expect(panel(page, 'Weights').getByRole('alert')).toContainText('got [3,99]');
  await typed.fill('layer0.attn_wq[3,5]');
  await typed.press('Enter');
  await expect(page).toHaveURL(/tab=weight&weight=layer0\.attn_wq%5B3%2C5%5D/);
  const adam = panel(page, 'Adam’s step of layer0.attn_wq[3,5]');
  await expect(adam.getByRole('status')).toContainText('bit for bit');
  await page.getByRole('button', { name: 'Tell its life' }).click();
  const life = panel(page, 'Its life');
  await expect(life.getByRole('row')).toHaveCount(11);
  const most = life.getByRole('row').nth(1).getByRole('button');
  const step = (await most.textContent())!.trim();
  await most.click();
  await expect(page.getByLabel('step', { exact: true })).toHaveValue(step);
  await expect(adam.getByRole('status')).toContainText('bit for bit');
  await expect(life.getByRole('row')).toHaveCount(11);

  await page.getByRole('tab', { name: 'Predicted and real' }).click();
  const ledger = panel(page, 'Predicted and real');
  await expect(ledger.getByRole('row', { name: /^all/ }).getByRole('cell')).toHaveText([
    /^−/,
    /^−/,
    /\d/
  ]);
  await page.getByRole('button', { name: 'Measure' }).click();
  const range = panel(page, 'Over the steps');
  await expect(range.getByText(/\d+ of 30 lowered it/)).toBeVisible();
  await range.getByText('Table', { exact: true }).click();
  await expect(range.getByRole('row')).toHaveCount(31);
  for (const name of ['Along the step', 'Over the steps']) {
    await page.getByRole('button', { name: `Save ${name}` }).click();
    await expect(page.getByRole('button', { name: /^(SVG|PNG|CSV)/ })).toHaveCount(3);
    await page.keyboard.press('Escape');
  }
});

test('branches a run with weights edited by hand, and marks it', async ({ page }) => {
  await begin(page, 'n_embd=4&n_head=1&block_size=8&num_steps=40');
  await openPage(page, 'Edit weights');
  await page.getByLabel('step', { exact: true }).fill('20');
  await page.getByLabel('step', { exact: true }).press('Enter');
  await page.getByLabel('Parameter to edit').selectOption('layer0.attn_wq');

  await page.getByRole('button', { name: 'Paste a matrix' }).click();
  const box = page.getByLabel(/^4 rows of 4 numbers/);
  const put = page.getByRole('button', { name: /^Put it into/ });
  await box.fill('1 2 3 4\n1 2 x 4\n1 2 3 4\n1 2 3 4');
  await put.click();
  const edit = panel(page, 'Weights before step 20');
  await expect(edit.getByRole('alert')).toHaveText(
    'paste: needs a finite number in row 2, column 3, got x'
  );
  await expect(box).toHaveValue(/x/);
  await box.fill('[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]');
  await put.click();
  await expect(edit.getByRole('status')).toHaveText('16 weights edited');
  await edit.getByRole('button', { name: 'Undo' }).click();
  await expect(edit.getByRole('status')).toHaveText('no weight edited');

  await page.getByLabel('Parameter to edit').selectOption('lm_head');
  const cell = page.getByLabel('lm_head[1,2]');
  await cell.fill('three');
  await cell.press('Enter');
  await expect(edit.getByRole('alert').last()).toHaveText(
    'lm_head[1,2]: needs a finite number, got three'
  );
  await cell.fill('−3.5');
  await cell.press('Enter');
  await cell.press('ArrowUp');
  await expect(page.getByLabel('lm_head[0,2]')).toBeFocused();
  await expect(edit.getByRole('status')).toHaveText('1 weight edited');
  const trial = page.getByRole('status', { name: 'Loss of this step’s batch' });
  await expect(trial.locator('dd').last()).not.toHaveText('0');
  const [before, after] = await trial.locator('dd').allTextContents();
  expect(after).not.toBe(before);

  await page.getByRole('button', { name: 'Branch before step 20' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  const tabs = page.getByRole('list', { name: 'Open runs' });
  await expect(tabs).toContainText('branch of run 1 at step 19, 1 weight edited');
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
  await page.keyboard.press('s');
  const loss = panel(page, 'Loss');
  await expect(loss.getByText(after, { exact: true }).first()).toBeVisible();
  await expect(loss.getByText('run 1', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByRole('status', { name: 'Notices' })).toContainText(
    'A link cannot hold a branch'
  );
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const file = JSON.parse(await readFile(await (await download).path(), 'utf8')) as unknown;
  expect(file).toMatchObject({
    version: 2,
    branch: { of: 'run 1', step: 19, edits: [{ parameter: 'lm_head', after: -3.5 }] }
  });
});

test('a failed run opens where it arose, and can be rewound', async ({ page }) => {
  await begin(
    page,
    'num_steps=40&learning_rate=1&init_std=1&lr_schedule=constant&n_embd=4&n_head=1'
  );
  const failure = page.getByRole('alert').filter({ hasText: 'needs a finite loss' });
  await failure.getByRole('button', { name: 'Open where it arose' }).click();
  const number = page.getByRole('dialog').getByRole('region', { name: 'Number', exact: true });
  await expect(number.getByRole('heading', { level: 3 })).toHaveText(/^losses\[\d+\] = Infinity$/);
  await expect(number).toContainText('−log(0)');
  await page.keyboard.press('Escape');
  await failure.getByRole('button', { name: /^Rewind to step/ }).click();
  await page.getByLabel('learning_rate').fill('0.01');
  await page.getByRole('button', { name: /^Branch before step/ }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`the ${colorScheme} theme`, () => {
    test.use({ colorScheme, viewport: { width: 390, height: 844 } });

    test('axe finds nothing, and nothing is wider than a phone', async ({ page }) => {
      await begin(page, 'num_steps=12&n_embd=4&n_head=1');
      await openPage(page, 'Why these weights');
      const dialog = page.getByRole('dialog');
      const expectFit = async () => {
        expect(await violations(page)).toEqual([]);
        expect(await dialog.evaluate((d) => d.scrollWidth - d.clientWidth)).toBe(0);
      };
      await expect(page.getByText('sum of these')).toBeVisible();
      await expect(page.getByText(/against each other/).last()).toBeVisible();
      await expectFit();
      await page.getByRole('tab', { name: 'One weight' }).click();
      await page.getByRole('button', { name: 'Tell its life' }).click();
      await expect(page.getByText('Steps that moved it most')).toBeVisible();
      await expectFit();
      await page.getByRole('tab', { name: 'Predicted and real' }).click();
      await page.getByRole('button', { name: 'Measure' }).click();
      await expect(page.getByText(/lowered it/)).toBeVisible();
      await expectFit();
      await page.getByRole('tab', { name: 'Edit weights' }).click();
      await page.getByRole('button', { name: 'Paste a matrix' }).click();
      await expect(page.getByRole('status', { name: 'Loss of this step’s batch' })).toBeVisible();
      await expectFit();
    });
  });
}
