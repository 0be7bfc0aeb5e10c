import AxeBuilder from '@axe-core/playwright';
import { serve } from '../../scripts/serve';
import { operations } from '../../src/lib/engine/ops/index';
import { expect, openLab, test } from './lab';

const names = Object.keys(operations);

test('every operation has its formula, sources and an example; nothing fails from any base path', async ({
  page
}) => {
  const site = await serve({ base: '/some/deep/path/' });
  const failures: string[] = [];
  page.on('response', (response) => {
    if (!response.ok()) failures.push(`${response.status()} ${response.url()}`);
  });
  page.on('pageerror', (error) => failures.push(error.message));
  await openLab(page, `${site.url}ops/`);
  await expect(page.getByRole('article')).toHaveCount(names.length);
  for (const { name, formula, wgsl } of Object.values(operations)) {
    const entry = page.getByRole('article', { name, exact: true });
    await expect(entry.getByText(formula, { exact: true }).first()).toBeVisible();
    await expect(entry.locator('pre', { hasText: 'forward({' }).first()).toBeVisible();
    await expect(entry.locator('pre', { hasText: wgsl.forward.body.trim() }).first()).toBeVisible();
    await expect(entry.getByText(`${name}: needs`)).toBeVisible();
  }
  expect(failures).toEqual([]);
  await site.close();
});

test('the example follows what is typed, refuses what is no number, and opens any result', async ({
  page
}) => {
  await openLab(page, './ops/#mean');
  const example = page.getByRole('region', { name: 'Live example of mean' });
  const y = example.getByRole('group', { name: 'y', exact: true }).getByRole('button');
  const before = await y.textContent();
  const field = example.getByLabel('x[0]', { exact: true });
  await field.fill('700');
  await expect(y).not.toHaveText(before!);
  const after = await y.textContent();
  await field.fill('7 or so');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(y).toHaveText(after!);

  await example.getByLabel('dy', { exact: true }).getByRole('textbox').fill('14');
  const dx = example.getByRole('button', { name: 'dx[3] = 2' });
  await dx.click();
  await expect(example.getByRole('status')).toContainText('dx[3] += dy / T');
  await example.getByRole('button', { name: 'Reset' }).click();
  await expect(y).toHaveText(before!);
});

test('the contents are filtered and walked by keyboard', async ({ page }) => {
  await openLab(page, './ops/');
  await page.keyboard.press('/');
  await page.keyboard.type('attention');
  await expect(page.getByRole('article')).toHaveCount(2);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: 'attention_scores' }).first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#attention_mix$/);
  await expect(page.getByRole('article', { name: 'attention_mix' })).toBeInViewport();
});

test('an address leads to its operation', async ({ page }) => {
  await openLab(page, './ops/#softmax');
  await expect(page.getByRole('heading', { name: 'softmax' })).toBeInViewport();
});

test('all checks pass, with WebGPU', async ({ page }) => {
  await openLab(page, './ops/');
  await page.getByRole('button', { name: 'Check all in this browser' }).click();
  await expect(page.getByRole('status', { name: 'Checks' })).toContainText(
    `${3 * names.length} of ${3 * names.length} checks pass`,
    { timeout: 50_000 }
  );
});

test(
  'without WebGPU the loops are checked and the kernels are said not to be',
  { tag: '@no-webgpu' },
  async ({ page }) => {
    await openLab(page, './ops/#softmax');
    await page.getByRole('button', { name: 'Check softmax in this browser' }).click();
    const entry = page.getByRole('article', { name: 'softmax' });
    await expect(entry.getByText('passes', { exact: true })).toHaveCount(2);
    await expect(entry.getByText('not run')).toBeVisible();
    await expect(entry.getByText(/WebGPU: needs/)).toBeVisible();
  }
);

test('checks can be canceled and begun again', async ({ page }) => {
  await openLab(page, './ops/');
  await page.getByRole('button', { name: 'Check all in this browser' }).click();
  await page.getByRole('button', { name: 'Cancel the checks' }).click();
  await page.getByRole('button', { name: 'Check mean in this browser' }).click();
  const entry = page.getByRole('article', { name: 'mean' });
  await expect(entry.getByText('passes', { exact: true })).toHaveCount(3);
});

test('the lab leads to the operations and back', async ({ page, context }) => {
  await openLab(page, './');
  const opening = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Catalogue' }).click();
  const ops = await opening;
  await expect(ops.getByRole('heading', { level: 1, name: 'Operations' })).toBeVisible();
  await ops.getByRole('link', { name: 'microGPT Lab' }).click();
  await expect(ops.getByRole('heading', { level: 1, name: 'microGPT Lab' })).toBeVisible();
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing, before and after checks', async ({ page }) => {
      await openLab(page, './ops/');
      await page.getByRole('button', { name: 'Check relu in this browser' }).click();
      const entry = page.getByRole('article', { name: 'relu', exact: true });
      await expect(entry.getByText('passes', { exact: true })).toHaveCount(3);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([]);
    });
  });
}

test('a phone needs no sideways scroll', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openLab(page, './ops/');
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  expect(overflow).toBe(0);
});
