import type { Locator, Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

const address = './?pack=chess_pgn&block_size=24&n_layer=2&num_steps=2000';

const place = (page: Page, name: string) => page.locator(`[data-place="${name}"]`);
const area = async (part: Locator) => {
  const { width, height } = (await part.boundingBox())!;
  return width * height;
};

/** A run that has been watched for some steps, and rests. */
async function pausedRun(page: Page, at = address) {
  await openLab(page, at);
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect
    .poll(async () => Number(await page.getByTestId('step').textContent()))
    .toBeGreaterThan(3);
  await page.keyboard.press('p');
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
}

for (const [width, height] of [
  [1440, 900],
  [1280, 720]
]) {
  test(`everything stands on one screen of ${width}×${height}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await pausedRun(page);
    const overflow = await page.evaluate(() => {
      const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
      return [scrollWidth - clientWidth, scrollHeight - clientHeight];
    });
    expect(overflow).toEqual([0, 0]);
    for (const name of ['stage', 'tokens', 'dock', 'samples', 'spine']) {
      await expect(place(page, name)).toBeInViewport({ ratio: 1 });
    }
  });
}

test('a panel grows by its button and by F, and Escape brings it back with the focus', async ({
  page
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await pausedRun(page);
  const stage = place(page, 'stage');
  const before = await area(stage);
  const button = page.getByRole('button', { name: 'Enlarge Constellation' });
  await button.click();
  expect(await area(stage)).toBeGreaterThan(2 * before);
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await expect(page.getByLabel('Step to look at')).toBeInViewport();
  await page.keyboard.press('Escape');
  expect(await area(stage)).toBe(before);
  await expect(button).toBeFocused();

  const generate = page.getByRole('button', { name: /Generate/ });
  const samples = place(page, 'samples');
  const small = await area(samples);
  await generate.focus();
  await page.keyboard.press('f');
  expect(await area(samples)).toBeGreaterThan(2 * small);
  await expect(generate).toBeFocused();
  await page.keyboard.press('f');
  expect(await area(samples)).toBe(small);
});

test('what had the focus outside has it again after a panel was enlarged', async ({ page }) => {
  await pausedRun(page);
  const steps = page.getByRole('button', { name: /^Step/ });
  await steps.focus();
  await page.keyboard.press('f');
  await expect(page.getByRole('button', { name: 'Enlarge Constellation' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(steps).toBeFocused();
});

test('the constellation tells the same weights as the heatmaps', async ({ page }) => {
  await pausedRun(page);
  const stage = place(page, 'stage');
  await expect(stage.locator('canvas').first()).toBeVisible();
  await stage.getByRole('button', { name: 'Table' }).click();
  const arcs = stage.getByRole('table');
  const ofHead = await arcs.locator('tbody tr td:nth-child(2)').allTextContents();

  await page.keyboard.press('a');
  await stage.getByRole('button', { name: 'Table' }).click();
  const row = stage.getByRole('table').locator('tbody tr').nth(2).locator('td');
  const weights = (await row.allTextContents()).map(Number).slice(0, ofHead.length);
  expect(ofHead).toHaveLength(3);
  for (const [s, weight] of weights.entries()) expect(Number(ofHead[s])).toBeCloseTo(weight, 2);
});

test('a view of a place is chosen with the arrow keys', async ({ page }) => {
  await pausedRun(page);
  await page.getByRole('tab', { name: 'Inside one step' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Gradients' })).toBeFocused();
  await expect(page.getByRole('region', { name: 'Gradients and updates' })).toBeVisible();
});

test('a mode that needs more of a step gets it from the worker', async ({ page }) => {
  await pausedRun(page);
  const stage = place(page, 'stage');
  await stage.getByRole('button', { name: 'Value', exact: true }).click();
  await expect(stage.getByText(/length of what it adds/)).toBeVisible();
  await expect(stage.locator('.readout')).toContainText(/\d/);
});

test('without WebGL the heatmaps take the place of the stars', async ({ page }) => {
  await page.addInitScript(() => {
    const { prototype } = HTMLCanvasElement;
    prototype.getContext = new Proxy(Reflect.get(prototype, 'getContext') as () => unknown, {
      apply: (getContext, canvas, [kind, ...rest]: [string]): unknown =>
        kind.startsWith('webgl') ? null : Reflect.apply(getContext, canvas, [kind, ...rest])
    }) as typeof prototype.getContext;
  });
  await pausedRun(page);
  const stage = place(page, 'stage');
  await expect(stage.getByText(/needs WebGL/)).toBeVisible();
  await expect(stage.getByRole('button', { name: 'Layer 1, head 0' })).toBeVisible();
});

test('an imported trace shows attention, and says why not more', async ({ page }) => {
  await openLab(page, './?pack=chess_pgn&num_steps=30&sample_count=2');
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const file = await (await saving).path();
  await openLab(page);
  await page.getByLabel('Trace to import').setInputFiles(file);
  const stage = place(page, 'stage');
  await expect(stage.locator('.readout')).toContainText('looks at');
  await stage.getByRole('button', { name: 'Gradient', exact: true }).click();
  await expect(stage.getByText(/An imported trace holds/)).toBeVisible();
});

test('the pace can be chosen before and during a run', async ({ page }) => {
  await openLab(page, './');
  const pace = page.getByRole('group', { name: 'Pace' });
  const watch = pace.getByRole('button', { name: 'Watch' });
  await expect(watch).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect
    .poll(async () => Number(await page.getByTestId('step').textContent()))
    .toBeGreaterThan(10);
  await expect(page.getByText('running', { exact: true })).toBeVisible();
  await pace.getByRole('button', { name: 'Full speed' }).click();
  await expect(page.getByText('finished', { exact: true })).toBeVisible();
  await page.reload();
  await page.locator('html[data-hydrated]').waitFor();
  await expect(pace.getByRole('button', { name: 'Full speed' })).toHaveAttribute(
    'aria-pressed',
    'true'
  );
});

test.describe('a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('has no part that is cut at its side', async ({ page }) => {
    await pausedRun(page);
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('[data-place], [data-place] table, .controls, .bar')]
        .filter((part) => part.getBoundingClientRect().right > innerWidth)
        .map((part) => part.className)
    );
    expect(cut).toEqual([]);
  });
});
