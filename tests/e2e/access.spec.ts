import type { Page } from '@playwright/test';
import { violations } from './axe';
import { expect, openLab, test } from './lab';

/** Large enough to be met before it ends. */
const address =
  './?pack=chess_pgn&block_size=31&n_layer=2&n_embd=64&num_steps=2000&sample_interval=20';

async function pausedRun(page: Page) {
  await openLab(page, address);
  await page.getByRole('button', { name: /Start training/ }).click();
  await expect(page.getByRole('group', { name: 'Sets of samples' })).toBeVisible();
  await page.keyboard.press('p');
  await expect(page.getByText('paused', { exact: true })).toBeVisible();
}

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`the ${colorScheme} theme`, () => {
    test.use({ colorScheme });

    test('axe finds nothing before a run', async ({ page }) => {
      await openLab(page, './?pack=json&n_embd=999');
      await page.getByText('More settings').click();
      expect(await violations(page)).toEqual([]);
    });

    test('axe finds nothing in a run, whatever is opened', async ({ page }) => {
      test.slow();
      await pausedRun(page);
      const stage = page.locator('[data-place=stage]');
      const button = (name: string) => page.getByRole('button', { name, exact: true });
      /** What is opened, and what closes it again. */
      const views: Record<string, readonly [() => Promise<void>, () => Promise<void>]> = {
        'the screen': [async () => {}, async () => {}],
        'the table of the constellation': [
          () => stage.getByRole('button', { name: 'Table' }).click(),
          () => stage.getByRole('button', { name: 'Table' }).click()
        ],
        heatmaps: [() => page.keyboard.press('a'), () => page.keyboard.press('a')],
        gradients: [() => page.keyboard.press('g'), async () => {}],
        'an enlarged panel': [() => page.keyboard.press('f'), () => page.keyboard.press('Escape')],
        'a term': [() => button('About Loss').click(), () => page.keyboard.press('Escape')],
        'what a panel can be saved as': [
          () => button('Save Loss').click(),
          () => page.keyboard.press('Escape')
        ],
        'the help': [() => page.keyboard.press('?'), () => page.keyboard.press('Escape')],
        'the form': [() => button('+ New run').click(), () => button('+ New run').click()],
        'a phone': [
          () => page.setViewportSize({ width: 390, height: 844 }),
          () => page.setViewportSize({ width: 1280, height: 720 })
        ]
      };
      for (const [view, [open, close]] of Object.entries(views)) {
        await open();
        expect({ view, found: await violations(page) }).toEqual({ view, found: [] });
        await close();
      }
    });

    test('axe finds nothing in the glossary', async ({ page }) => {
      await openLab(page, './glossary/#softmax');
      expect(await violations(page)).toEqual([]);
    });
  });
}

test('the theme can be chosen and is kept', async ({ page }) => {
  await openLab(page, './');
  const button = page.getByRole('button', { name: /^Theme/ });
  await button.click();
  const chosen = await page.locator('html').getAttribute('data-theme');
  expect(['light', 'dark']).toContain(chosen);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', chosen!);
});

test.describe('a phone', () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test('has no horizontal scroll, before and in a run', async ({ page }) => {
    const overflow = () =>
      page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
    await openLab(page, address);
    expect(await overflow()).toBe(0);
    await pausedRun(page);
    expect(await overflow()).toBe(0);
  });
});

for (const [width, height] of [
  [1440, 900],
  [1280, 720]
]) {
  test(`a run fits on ${width}×${height} without page scroll`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await pausedRun(page);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollHeight - document.documentElement.clientHeight
    );
    expect(overflow).toBe(0);
  });
}
