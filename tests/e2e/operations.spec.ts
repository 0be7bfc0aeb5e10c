import type { Page } from '@playwright/test';
import { violations } from './axe';
import { expect, openLab, test } from './lab';

const address = './?pack=json&engine=cpu&num_steps=50&sample_interval=0';

async function trainedRun(page: Page) {
  await openLab(page, address);
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
}

const numberOf = (page: Page) => page.getByRole('region', { name: 'Number', exact: true });

/** The gradient that all ways lead to. */
async function expectOpen(page: Page) {
  const number = numberOf(page);
  await expect(number.getByRole('heading', { level: 3 })).toContainText('dlayer0.attn_wq[3,5] =');
  await expect(number).toContainText('dw[3,5] += Σₜ dy[t,3] · x[t,5]');
}

async function expectVerified(page: Page) {
  await expect(numberOf(page).getByRole('status', { name: 'Verification' })).toContainText(
    'Verified: the same in f64, |Δ| = 0, 0 ulp.'
  );
}

test('by mouse: a weight’s gradient from one token’s loss, verified, and on to its terms', async ({
  page
}) => {
  await trainedRun(page);
  await page.getByRole('button', { name: /^Operations/ }).click();
  await page.getByLabel('step', { exact: true }).fill('40');
  await page.getByLabel('Gradients of').selectOption('token');
  await page.getByLabel('Token', { exact: true }).selectOption('6');
  await page.getByRole('group', { name: 'Zoom of the graph' }).getByText('Fit').click();
  await page.getByRole('button', { name: /^q \(/ }).click();
  const weight = page.getByRole('button', { name: 'dw: show dlayer0.attn_wq' });
  await expect(weight).toContainText('—');
  await page.getByRole('button', { name: /^Run to here/ }).click();
  await expect(weight).toContainText('complete');
  await expect(page.getByRole('button', { name: /^dx: show/ })).toContainText(
    'contribution 3 of 3'
  );
  await weight.click();
  const cells = page.getByRole('slider', { name: /^Cells of dlayer0\.attn_wq/ });
  const { width, height } = (await cells.boundingBox())!;
  await cells.click({ position: { x: (5.5 / 16) * width, y: (3.5 / 16) * height } });
  await expectOpen(page);
  await page.getByRole('button', { name: /^Verify in f64/ }).click();
  await expectVerified(page);
  await page.getByTitle('dlayer0.q[3,3]').first().click();
  await expect(numberOf(page).getByRole('heading', { level: 3 })).toContainText('dlayer0.q[3,3] =');
  await expect(numberOf(page)).toContainText('Position 3: reads');
  await page.getByRole('button', { name: 'dlayer0.attn_wq[3,5]' }).click();
  await expectOpen(page);

  await page.getByRole('button', { name: /^Source/ }).click();
  const source = page.getByRole('region', { name: /^linear: TypeScript/ });
  await expect(source).toContainText('dw[o * n_in + i] += d * x[t * n_in + i]');
  const sources = page.getByRole('group', { name: 'Engine of the source' });
  await sources.getByRole('button', { name: 'GPU' }).click();
  await page.getByRole('button', { name: 'forward', exact: true }).click();
  await expect(page.getByRole('region', { name: /^linear: WGSL/ })).toContainText('// linear: y');
  await page.getByRole('button', { name: /^Scalar graph/ }).click();
  const root = page.getByRole('button', { name: /^\+ · dlayer0\.attn_wq\[3,5\]/ });
  await expect(root).toHaveAttribute('aria-current', 'true');
});

test('by keyboard: the same, and its scalar graph', async ({ page }) => {
  await trainedRun(page);
  await page.keyboard.press('o');
  const emb = page.locator('[data-node="tok_emb"]');
  await expect(emb).toBeFocused();
  await page.getByLabel('step', { exact: true }).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('40');
  await page.keyboard.press('Enter');
  await page.getByLabel('Gradients of').focus();
  await page.keyboard.press('o');
  await expect(page.getByLabel('Gradients of')).toHaveValue('token');
  await page.getByLabel('Token', { exact: true }).focus();
  await page.keyboard.press('6');
  await expect(page.getByLabel('Token', { exact: true })).toHaveValue('6');
  await page.locator('[data-node][tabindex="0"]').focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowLeft');
  await expect(page.locator('[data-node="layer0.q"]')).toBeFocused();
  await page.keyboard.press('u');
  await expect(page.getByText('layer0.q is done')).toBeVisible();
  const weight = page.getByRole('button', { name: 'dw: show dlayer0.attn_wq' });
  for (let i = 0; i < 20; i++) {
    if (await weight.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  for (let i = 0; i < 3; i++) {
    if (await page.getByLabel('Cell to open').evaluate((e) => e === document.activeElement)) break;
    await page.keyboard.press('Tab');
  }
  await expect(page.getByLabel('Cell to open')).toBeFocused();
  await page.keyboard.type('3,5');
  await page.keyboard.press('Enter');
  await expectOpen(page);
  await page.getByRole('slider', { name: /^Cells of/ }).focus();
  await page.keyboard.press('v');
  await expectVerified(page);
  await page.keyboard.press('x');
  await expect(page.locator('[data-scalar][aria-current="true"]')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('[data-scalar][aria-current="true"]')).toHaveAccessibleName(/^[+×]/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys of an opened step' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('by link: the same, once the run is trained up to the step', async ({ page }) => {
  const place = '&step=40&cell=dlayer0.attn_wq[3,5]&gradients_of=token:6';
  await openLab(page, address + place);
  const waiting = page.getByRole('status', { name: 'Step to be opened' });
  await expect(waiting).toContainText(
    'opens step 40 at dlayer0.attn_wq[3,5], gradients of token 6’s loss, once a run is trained'
  );
  await page.getByRole('button', { name: /Start training/ }).click();
  await expectOpen(page);
  await page.keyboard.press('v');
  await expectVerified(page);
  await expect(waiting).toBeHidden();
  await expect(page.getByLabel('Token', { exact: true })).toHaveValue('6');
  await expect(page).toHaveURL(/step=40&page=backward&gradients_of=token%3A6&operation=layer0\.q/);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await page.getByRole('button', { name: 'Save Number' }).click();
      await page.getByRole('button', { name: /^CSV/ }).click();
    })()
  ]);
  expect(file.suggestedFilename()).toBe('dlayer0.attn_wq-3-5-json-seed42-step40.csv');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page).not.toHaveURL(/page=/);
});

test('at the end, every gradient equals the one that training took; breakpoints stop the way there', async ({
  page
}) => {
  await trainedRun(page);
  await page.keyboard.press('o');
  await page.getByRole('button', { name: /^To the end/ }).click();
  await expect(page.getByText(/equal those that training took, bit for bit/)).toBeVisible();
  await page.keyboard.press('r');
  await expect(page.getByText('Nothing done')).toBeVisible();
  await page.getByLabel('Above', { exact: true }).fill('0.01');
  await page.getByRole('button', { name: 'Run until' }).click();
  await expect(page.getByText(/^Stopped: /)).toBeVisible();
  await page.getByLabel('|gradient| above').uncheck();
  await page.keyboard.press('b');
  const chip = page.getByRole('button', { name: /^Remove the breakpoint at/ });
  await expect(chip).toBeVisible();
  await page.keyboard.press('r');
  await page.getByLabel('Operations per second').selectOption('8/s');
  await page.keyboard.press('l');
  await expect(page.getByText(/^Stopped at /)).toBeVisible();
  await expect(page.locator('[data-key=L]')).toContainText('Play');
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
      await page.getByRole('button', { name: /^Verify/ }).click();
      await expect(page.getByText(/^Verified/)).toBeVisible();
      const found = () => violations(page, 'dialog');
      const graph = page.getByRole('region', { name: 'Graph', exact: true });
      await graph.getByRole('button', { name: 'Table' }).click();
      expect(await found()).toEqual([]);
      await graph.getByRole('button', { name: 'Table' }).click();
      await page.getByRole('button', { name: /^Scalar graph/ }).click();
      await page.getByRole('button', { name: /^Source/ }).click();
      await page.locator('[data-scalar]').first().waitFor();
      expect(await found()).toEqual([]);
    });
  });
}
