/** The style page: every component in every state and theme, by its pictures, by axe, and by how its texts lie. */
import type { Page } from '@playwright/test';
import { violations } from './axe';
import { Gallery } from './gallery';
import { expect, openLab, test } from './lab';
import { cutTexts, numberWidths, overlaps, ringless } from './looks';

const states = [
  ...['empty', 'opening', 'running', 'paused', 'finished'],
  ...['failed', 'canceled', 'imported', 'noWebGPU', 'noWebGL', 'lostDevice']
];
const setups = ['first', 'yourText', 'refused', 'fromLink'];
/** Pages of an opened step, and a text that stands there once all of it does. */
const stepPages = [
  ['Backward pass', 'Cells of tok_emb'],
  ['Checks', 'Check the model'],
  ['CPU–GPU', 'Let both run'],
  ['Why these weights', 'sum of these'],
  ['Edit weights', 'Branch before step']
] as const;
const wide = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

/** Milliseconds: axe reads a whole screen in each of them. */
const MANY_STATES = 300_000;

const section = (name: string) => `section[aria-labelledby=${name}]`;

/** Leads from state to state within the page, as a reader would. */
async function show(page: Page, list: 'States' | 'Before a run', state: string) {
  const link = page.getByRole('navigation', { name: list }).getByText(state, { exact: true });
  await link.click();
  await expect(link).toHaveAttribute('aria-current', 'page');
  await expect(page.getByRole('heading', { name: 'Loss', exact: true })).toBeVisible();
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  );
}

async function looks(page: Page) {
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth
  );
  return { overlaps: await overlaps(page), cut: await cutTexts(page), sideways };
}
const clean = { overlaps: [], cut: [], sideways: 0 };

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme, viewport: wide, reducedMotion: 'reduce' });

    test('every state looks as it did, and nothing overlaps, is cut or found by axe', async ({
      page
    }, info) => {
      test.setTimeout(MANY_STATES);
      const gallery = new Gallery(page, info);
      await openLab(page, './style/');
      await gallery.hang(`tokens ${colorScheme}`, { of: page.locator('.sheets') });
      await gallery.hang(`controls ${colorScheme}`, { of: page.locator(section('controls')) });
      await gallery.hang(`head ${colorScheme}`, { of: page.locator(section('head')) });
      for (const setup of setups) {
        await show(page, 'Before a run', setup);
        const found = await violations(page, section('setups'));
        expect({ setup, found, ...(await looks(page)) }).toEqual({ setup, found: [], ...clean });
        const of = page.locator(section('setups'));
        await gallery.hang(`setup ${setup} ${colorScheme}`, { of });
      }
      for (const state of states) {
        await show(page, 'States', state);
        const found = await violations(page, section('states'));
        expect({ state, found, ...(await looks(page)) }).toEqual({ state, found: [], ...clean });
        await gallery.hang(`${state} ${colorScheme}`, { of: page.locator(section('states')) });
      }
      expect(await violations(page)).toEqual([]);
      expect(gallery.differences).toEqual([]);
    });

    test('every page of an opened step looks as it did, and axe finds nothing in it', async ({
      page
    }, info) => {
      test.setTimeout(MANY_STATES);
      const gallery = new Gallery(page, info);
      await openLab(page, './style/?state=empty');
      for (const [name, whole] of stepPages) {
        await page.locator(section('step')).getByRole('button', { name }).click();
        await expect(page.getByRole('dialog').getByText(whole).first()).toBeVisible();
        expect({ name, found: await violations(page, 'dialog') }).toEqual({ name, found: [] });
        await gallery.hang(`step ${name} ${colorScheme}`);
        await page.keyboard.press('Escape');
      }
      expect(gallery.differences).toEqual([]);
    });

    test('on a phone nothing overlaps, is cut, scrolls sideways or is found by axe', async ({
      page
    }, info) => {
      test.setTimeout(MANY_STATES);
      const gallery = new Gallery(page, info);
      await page.setViewportSize(phone);
      await openLab(page, './style/');
      for (const state of states) {
        await show(page, 'States', state);
        expect({ state, ...(await looks(page)) }).toEqual({ state, ...clean });
      }
      await show(page, 'States', 'paused');
      expect(await violations(page)).toEqual([]);
      for (const name of ['setups', 'states']) {
        await gallery.hang(`phone ${name} ${colorScheme}`, { of: page.locator(section(name)) });
      }
      expect(gallery.differences).toEqual([]);
    });

    test('every control that Tab reaches shows a ring', async ({ page }) => {
      await openLab(page, './style/?state=paused');
      expect(await ringless(page, 140)).toEqual([]);
    });
  });
}

test('numbers keep the width of their boxes from state to state', async ({ page }) => {
  await openLab(page, './style/?state=running');
  const widths = await numberWidths(page);
  expect(Object.keys(widths)).toContain('perplexity');
  for (const state of ['empty', 'opening', 'paused', 'finished', 'failed']) {
    await show(page, 'States', state);
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
