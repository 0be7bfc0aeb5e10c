import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

test.use({ colorScheme: 'dark' });

async function openPage(page: Page, title: string): Promise<void> {
  await openLab(page, './?engine=cpu&num_steps=30&sample_interval=0');
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
  await page.keyboard.press('o');
  await page.getByRole('tab', { name: title }).click();
}

/** In both themes. */
async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).include('dialog').analyze();
    const told = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`
    );
    expect({ colorScheme, told }).toEqual({ colorScheme, told: [] });
  }
}

const panel = (page: Page, name: string): Locator =>
  page.getByRole('region', { name, exact: true });

test('checks pass on the program as it is, and find a bug that is planted in a copy', async ({
  page
}) => {
  await openPage(page, 'Checks');
  const [cell, operation, model] = ['A cell', 'An operation', 'The whole model'].map((name) =>
    panel(page, name)
  );

  await cell.getByLabel('Cell to check').fill('layer0.attn_wq[3,99]');
  await page.keyboard.press('Enter');
  await expect(cell.getByRole('alert')).toContainText('needs an index inside (16, 16)');
  await cell.getByLabel('Cell to check').fill('layer0.attn_wq[3,5]');
  await page.keyboard.press('Enter');
  await expect(cell.getByText('backward says dlayer0.attn_wq[3,5]')).toBeVisible();
  await expect(cell.locator('circle.best')).toHaveCount(1);
  await expect(cell.getByRole('row')).toHaveCount(1 + 9);
  await expect(cell).toContainText('(truncation)');

  await operation.getByRole('button', { name: /^Check all \d+ operations/ }).click();
  await expect(operation.getByRole('status')).toHaveText(/^All \d+ pass\.$/);
  await operation.getByRole('button', { name: /^Again/ }).click();
  await expect(operation).toContainText('seed 2');
  await expect(operation.getByRole('status')).toHaveText(/^All \d+ pass\.$/);
  await model.getByRole('button', { name: 'Check the model' }).click();
  await expect(model.getByRole('status')).toHaveText(/^\d+ entries pass\./);

  const bar = page.getByRole('region', { name: 'Plant a bug' });
  await bar
    .getByLabel('Bug', { exact: true })
    .selectOption({ label: 'attention_scores: unscaled scores' });
  await bar.getByRole('button', { name: 'Plant', exact: true }).click();
  await expect(bar.getByText('A bug is planted')).toBeVisible();
  await expect(model.getByRole('status')).toHaveCount(0);
  await cell.getByRole('button', { name: 'Check the cell' }).click();
  await expect(cell.getByText(/do not meet at any step size/)).toBeVisible();
  await operation.getByRole('button', { name: /^Check all/ }).click();
  await expect(operation.getByRole('status')).toHaveText(/^1 of \d+ fail: attention_scores\.$/);
  await model.getByRole('button', { name: 'Check the model' }).click();
  await expect(model.getByRole('status')).toHaveText(/entries fail/);
  await bar.getByRole('button', { name: 'softmax' }).click();
  await expect(bar.getByText(/^Not softmax/)).toBeVisible();
  await expectAccessible(page);
  await bar.getByRole('button', { name: 'attention_scores' }).click();
  await expect(bar.getByText('Found.')).toBeVisible();
  await expect(bar).toContainText('lacks the 1 / √head_dim');
  await bar.getByRole('button', { name: 'Remove the bug' }).click();
  await bar.getByRole('button', { name: 'Surprise me' }).click();
  await expect(bar.getByRole('group', { name: 'Which operation has the bug?' })).toBeVisible();
  await bar.getByRole('button', { name: 'Remove the bug' }).click();

  await model.getByRole('button', { name: 'Check the model' }).click();
  await model
    .getByRole('button', { name: /^\[\d+,\d+\]/ })
    .first()
    .click();
  await expect(page.getByRole('tab', { name: 'Backward pass' })).toHaveAttribute(
    'aria-selected',
    'true'
  );
  const number = page.getByRole('region', { name: 'Number' });
  await expect(number.getByRole('heading', { level: 3 })).toContainText(/^dwte\[\d+,\d+\] =/);
});

test('the microscope: both engines within tolerance, a worst cell opened, free runs apart', async ({
  page
}) => {
  // Two workers compile for a software adapter.
  test.slow();
  await openPage(page, 'CPU–GPU');
  const [microscope, free] = ['Microscope', 'Both run free'].map((name) => panel(page, name));
  await microscope.getByLabel('Engine to compare').selectOption('gpu');
  await microscope.getByRole('button', { name: 'Compare this step' }).click();
  await expect(microscope.getByRole('status')).toHaveText(/^All 58 tensors are within tolerance/, {
    timeout: 60_000
  });
  await microscope.getByRole('button', { name: 'max |Δ|' }).click();
  await expect(microscope.getByRole('columnheader', { name: 'max |Δ|' })).toHaveAttribute(
    'aria-sort',
    'descending'
  );
  await microscope.getByLabel('Which tensors').selectOption('failing');
  await expect(microscope.getByText('0 of 58')).toBeVisible();
  await microscope.getByLabel('Which tensors').selectOption('backward');
  await microscope.getByLabel('Filter tensors').fill('attn_wq');
  await expect(microscope.getByText('1 of 58')).toBeVisible();

  await free.getByLabel('Steps', { exact: true }).selectOption('20');
  await free.getByRole('button', { name: 'Let both run' }).click();
  await expect(free.getByRole('status')).toHaveText('20 steps, from 1.', { timeout: 60_000 });
  await expect(free.getByText('‖Δw‖ / ‖w‖')).toBeVisible();
  await expectAccessible(page);

  await microscope.getByRole('button', { name: /^\[\d+,\d+\]/ }).click();
  const number = page.getByRole('region', { name: 'Number' });
  await expect(number.getByRole('heading', { level: 3 })).toContainText('dlayer0.attn_wq[');
});

test('without WebGPU the microscope says so, and compares the WASM engine @no-webgpu', async ({
  page
}) => {
  await openPage(page, 'CPU–GPU');
  const microscope = panel(page, 'Microscope');
  await microscope.getByLabel('Engine to compare').selectOption('gpu');
  await microscope.getByRole('button', { name: 'Compare this step' }).click();
  await expect(microscope.getByRole('alert')).toContainText(/^WebGPU: needs /);
  await microscope.getByLabel('Engine to compare').selectOption('simd');
  await microscope.getByRole('button', { name: 'Compare this step' }).click();
  await expect(microscope.getByRole('status')).toHaveText(/^All 58 tensors are within tolerance/);
});
