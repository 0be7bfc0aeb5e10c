/** Looking never changes training: a run with every panel and page open in mid-run, beside one that is left alone. */
import type { Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

const addressOf = (engine: string) =>
  `./?pack=json&num_steps=300&sample_count=2&sample_interval=100&engine=${engine}`;

const finished = (page: Page) =>
  expect(page.getByText('finished', { exact: true })).toBeVisible({ timeout: 60_000 });

/** Loss, learning rate and norms of every step, in full precision. */
async function trained(page: Page) {
  await finished(page);
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await saving).createReadStream()) chunks.push(chunk as Buffer);
  const trace = JSON.parse(Buffer.concat(chunks).toString()) as {
    engine: string;
    steps: { loss: number[] };
  };
  return { engine: trace.engine, steps: trace.steps };
}

async function press(page: Page, keys: readonly string[]) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(150);
  }
}

/** Opens the newest step and turns to each of its pages, where there is something to ask for. */
async function lookIntoStep(page: Page) {
  await page.keyboard.press('o');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^Cells of/)).toBeVisible();
  await press(page, ['n', 'n', 'k', 'e']);
  for (const name of ['Checks', 'CPU–GPU', 'Why these weights', 'Edit weights']) {
    await dialog.getByRole('tab', { name }).click();
    await page.waitForTimeout(300);
    const start = dialog.getByRole('button', {
      name: /^(Check the|Compare this step|Let both run)/
    });
    for (const button of await start.all()) await button.click();
    await page.waitForTimeout(700);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

for (const engine of ['simd', 'gpu']) {
  test(`a run on ${engine} with everything open is the run left alone, bit for bit`, async ({
    page
  }) => {
    test.slow();
    await openLab(page, addressOf(engine));
    await page.getByRole('button', { name: 'Full speed' }).click();
    await page.getByRole('button', { name: /Start training/ }).click();
    const alone = await trained(page);
    expect(alone.engine).toBe(engine);
    expect(alone.steps.loss).toHaveLength(300);

    await openLab(page, addressOf(engine));
    await page.getByRole('button', { name: 'Watch', exact: true }).click();
    await page.getByLabel(/^Rest after each step/).fill('150');
    await page.getByRole('button', { name: /Start training/ }).click();
    await expect(page.getByText('running', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Value', exact: true }).first().click();
    await page.getByRole('button', { name: 'Gradient', exact: true }).first().click();
    await press(page, ['a', 'g', '[', '[', 'l', 'm', 'm', 'c']);
    await lookIntoStep(page);
    await press(page, ['a', 'k']);
    await expect(page.getByText('running', { exact: true })).toBeVisible();
    await page.getByRole('button', { name: 'Full speed' }).click();
    const watched = await trained(page);
    expect(watched.steps).toEqual(alone.steps);
  });
}
