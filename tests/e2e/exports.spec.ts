import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, openLab, test } from './lab';

const panels = {
  Loss: 'loss',
  'Next token': 'tokens',
  Attention: 'attention',
  'Gradients and updates': 'norms',
  Samples: 'samples',
  'One step': 'step-times'
};

async function save(page: Page, panel: string, kind: string) {
  const button = page.getByRole('button', { name: `Save ${panel}`, exact: true });
  await button.focus();
  await page.keyboard.press('Enter');
  const choice = page.getByRole('group', { name: `Save ${panel} as` }).getByRole('button');
  const download = page.waitForEvent('download');
  await choice.filter({ hasText: kind }).press('Enter');
  const file = await download;
  await expect(button).toBeFocused();
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

for (const [panel, stem] of Object.entries(panels)) {
  test(`${panel} is saved as SVG, PNG and CSV from the keyboard`, async ({ page }) => {
    await openLab(page, './style/?state=finished');
    const svg = await save(page, panel, 'SVG');
    expect(svg.name).toMatch(new RegExp(`^${stem}-arithmetic-seed42-step36\\.svg$`));
    const parsed = await page.evaluate((text) => {
      const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
      const { width, height } = documentElement.attributes as never as Record<string, Attr>;
      return { root: documentElement.tagName, size: [width.value, height.value].map(Number) };
    }, svg.bytes.toString());
    expect(parsed.root).toBe('svg');

    const png = await save(page, panel, 'PNG');
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
    const size = [16, 20].map((at) => png.bytes.readUInt32BE(at));
    expect(size).toEqual(parsed.size.map((side) => Math.trunc(side) * 2));

    const csv = await save(page, panel, 'CSV');
    expect(csv.bytes.toString()).toMatch(/^# microGPT Lab · arithmetic \(.*seed 42 · n_layer 2/);
  });
}

test('a “?” leads to its terms in the glossary, in a tab of its own', async ({ page, context }) => {
  await openLab(page, './style/?state=finished');
  await page.getByRole('button', { name: 'About Loss' }).click();
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'perplexity' }).click();
  const glossary = await opened;
  await expect(glossary).toHaveURL(/glossary\/#perplexity$/);
  await expect(glossary.locator('#perplexity')).toBeInViewport();
});
