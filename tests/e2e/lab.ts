import { test as base, type Page } from '@playwright/test';
import { serve, type Site } from '../../scripts/serve';

/** A test of the built site, served on a port of its own so that runs side by side do not meet. */
export const test = base.extend<object, { site: Site }>({
  site: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the pattern
    async ({}, use) => {
      const site = await serve();
      await use(site);
      await site.close();
    },
    { scope: 'worker' }
  ],
  baseURL: async ({ site }, use) => use(site.url)
});

export { expect } from '@playwright/test';

/** Opens a page of the lab and waits until it listens; earlier clicks would be lost. */
export async function openLab(page: Page, address = './') {
  await page.goto(address);
  await page.locator('html[data-hydrated]').waitFor();
}
