import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, openLab, test } from './lab';
import { cutTexts, numberWidths, overlaps, ringless } from './looks';

const states = [
  ...['empty', 'opening', 'running', 'paused', 'finished'],
  ...['failed', 'canceled', 'imported', 'noWebGPU', 'lostDevice']
];
const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 }
];

async function violations(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
}

/** Leads from state to state within the page, as a reader would. */
async function show(page: Page, state: string) {
  const link = page.getByRole('navigation', { name: 'States' }).getByText(state, { exact: true });
  await link.click();
  await expect(link).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('heading', { name: 'Loss', exact: true })).toBeVisible();
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  );
}

for (const colorScheme of ['dark', 'light'] as const) {
  for (const viewport of sizes) {
    const name = `${colorScheme}-${viewport.width}`;
    test.describe(name, () => {
      test.use({ colorScheme, viewport, reducedMotion: 'reduce' });

      test('in every state nothing overlaps, is cut, or scrolls sideways', async ({ page }) => {
        await openLab(page, './style/');
        for (const state of states) {
          await show(page, state);
          // For people to look at.
          await page.screenshot({
            path: `test-results/pictures/${state}-${name}.png`,
            fullPage: true
          });
          const sideways = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth
          );
          const looks = { overlaps: await overlaps(page), cut: await cutTexts(page), sideways };
          expect({ state, ...looks }).toEqual({ state, overlaps: [], cut: [], sideways: 0 });
        }
      });
    });
  }

  test.describe(colorScheme, () => {
    test.use({ colorScheme, reducedMotion: 'reduce' });

    test('axe finds nothing in any state', async ({ page }) => {
      test.slow();
      await openLab(page, './style/');
      for (const state of states) {
        await show(page, state);
        expect({ state, found: await violations(page) }).toEqual({ state, found: [] });
      }
    });

    test('axe finds nothing in the glossary', async ({ page }) => {
      await openLab(page, './glossary/#softmax');
      expect(await violations(page)).toEqual([]);
    });

    test('every control that Tab reaches shows a ring', async ({ page }) => {
      await openLab(page, './style/?state=paused');
      expect(await ringless(page, 60)).toEqual([]);
    });
  });
}

test('numbers keep the width of their boxes from state to state', async ({ page }) => {
  await openLab(page, './style/?state=running');
  const widths = await numberWidths(page);
  expect(Object.keys(widths)).toContain('perplexity');
  for (const state of ['empty', 'opening', 'paused', 'finished', 'failed']) {
    await show(page, state);
    expect({ state, widths: await numberWidths(page) }).toEqual({ state, widths });
  }
});

test('every page has a title and a description of its own', async ({ page }) => {
  const heads: string[] = [];
  for (const address of ['./', './glossary/', './style/']) {
    await openLab(page, address);
    const descriptions = page.locator('meta[name=description]');
    await expect(descriptions).toHaveCount(1);
    heads.push(await page.title(), (await descriptions.getAttribute('content'))!);
  }
  expect(new Set(heads).size).toBe(6);
});
