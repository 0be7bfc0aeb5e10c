import type { Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

const address = './?pack=chess_pgn&num_steps=160&sample_count=2&sample_interval=40&engine=cpu';

const scrubber = (page: Page) => page.getByRole('slider', { name: 'Step to look at' });
const mark = (page: Page) => page.locator('[data-mark]');
const shownStep = (page: Page) =>
  page.getByRole('region', { name: 'Next token' }).locator('.step.number');

async function finishedRun(page: Page, at = address) {
  await page.setViewportSize({ width: 1280, height: 720 });
  await openLab(page, at);
  await page.getByRole('button', { name: 'Full speed' }).click();
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
}

/** A trained run's trace keeps at most a hundred of its steps: of 160 some were not recorded. */
async function unrecordedStep(page: Page): Promise<number> {
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  const chunks: Buffer[] = [];
  for await (const chunk of await (await saving).createReadStream()) chunks.push(chunk as Buffer);
  const trace = JSON.parse(Buffer.concat(chunks).toString()) as { frames: { step: number }[] };
  const recorded = new Set(trace.frames.map(({ step }) => step));
  const steps = Array.from({ length: 160 }, (_, i) => i + 1);
  return steps.find((step) => step > 20 && !recorded.has(step))!;
}

test('every panel follows to any step, which is replayed to the same bits; step 0 is before training', async ({
  page
}) => {
  await finishedRun(page);
  await expect(mark(page)).toHaveText(/follows the newest step/);
  await expect(page.getByText(/keyframes, 25 apart/)).toBeVisible();
  const step = await unrecordedStep(page);
  const box = (await scrubber(page).boundingBox())!;
  const x = box.x + ((step - 1) / 159) * box.width;
  await page.mouse.click(x, box.y + box.height / 2);
  await expect(scrubber(page)).toHaveAttribute('aria-valuenow', String(step));
  await expect(mark(page)).toHaveText(/replayed on .*: same loss, bit for bit/);
  await expect(shownStep(page)).toHaveText(`step ${step}`);
  await expect(page.getByText(`Milliseconds of step ${step}, replayed.`)).toBeVisible();
  const dt = page.locator('dt:text-is("loss") + dd').first();
  await expect(dt).not.toHaveText('—');
  const drawn = page.getByRole('region', { name: 'Samples' }).getByRole('heading', { level: 3 });
  await expect(drawn.first()).toContainText(/step (40|80|120)/);

  const stage = page.locator('[data-place="stage"]');
  await stage.getByRole('button', { name: 'Value', exact: true }).click();
  await expect(stage.getByText(/length of what it adds/)).toBeVisible();
  await expect(stage.getByText(/Shows step/)).toHaveCount(0);

  await scrubber(page).focus();
  await page.keyboard.press('Home');
  await expect(page).toHaveURL(/step=0(&|$)/);
  await expect(mark(page)).toHaveText(/before any step: the initial weights/);
  await page.keyboard.press('PageUp');
  await expect(shownStep(page)).toHaveText('step 16');
  await page.keyboard.press(']');
  await expect(shownStep(page)).toHaveText('step 17');
});

test('learning is played to the end, at rest by the key', async ({ page }) => {
  await finishedRun(page);
  await page.getByLabel('Steps per second').selectOption('20');
  await page.keyboard.press('k');
  const now = async () => Number(await scrubber(page).getAttribute('aria-valuenow'));
  await expect.poll(now).toBeGreaterThan(8);
  await expect(mark(page)).toHaveText(/same loss/);
  await page.keyboard.press('k');
  await expect(page.getByRole('button', { name: 'Play learning' })).toBeVisible();
  const rested = await now();
  expect(rested).toBeLessThan(160);
  await expect(shownStep(page)).toHaveText(`step ${rested}`);
  await page.getByLabel('Steps per second').selectOption('60');
  await page.getByRole('button', { name: 'Play learning' }).click();
  await expect.poll(now, { timeout: 30_000 }).toBe(160);
  await expect(page.getByRole('button', { name: 'Play learning' })).toBeVisible();
});

test('a link puts two steps beside each other, on the document of the first', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await openLab(page, `${address}&step=90&compare=0`);
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(shownStep(page)).toHaveText('A 0 | B 90');
  const compared = page.getByRole('table', { name: 'Two steps compared' });
  const [a, b, change] = await compared
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) => Number(row.children[2].textContent.replace('−', '-')))
    );
  expect(a).toBeGreaterThan(2.5);
  expect(b).toBeLessThan(a);
  expect(change).toBeCloseTo(b - a, 3);
  const tokens = page.getByRole('listbox', { name: 'Tokens of the document, compared' });
  await expect(tokens.getByRole('option').first()).toHaveAccessibleName(
    /loss A .*, B .*, change −/
  );

  await page.getByRole('tab', { name: 'Heatmaps' }).click();
  const stage = page.locator('[data-place="stage"]');
  await expect(stage.getByText('A · step 0')).toBeVisible();
  await expect(stage.locator('.readout')).toHaveText(/A \d.*, B \d/);
  await page.getByRole('tab', { name: 'Gradients' }).click();
  await expect(page.getByRole('table', { name: 'Norms of each part at A and B' })).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  expect(overflow).toBe(0);

  await page.getByRole('button', { name: 'Swap' }).click();
  await expect(shownStep(page)).toHaveText('A 90 | B 0');
  await expect(page).toHaveURL(/step=0&compare=90/);
  await page.keyboard.press('m');
  await expect(shownStep(page)).toHaveText('step 0');
  await expect(page).not.toHaveURL(/compare/);
});
