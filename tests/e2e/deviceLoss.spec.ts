import { chromium } from '@playwright/test';
import { launchOptions } from '../../scripts/browser.js';
import { expect, openLab, test } from './lab';

const longRun = '?pack=json&engine=gpu&num_steps=2000&batch_size=4&n_embd=32';

test('a GPU process that crashes in mid-run leaves the run to the CPU, with a sentence', async ({
  site
}) => {
  // A browser of its own: after a crash the others of this worker might find no adapter.
  const browser = await chromium.launch(launchOptions({ webgpu: true }));
  const page = await browser.newPage();
  await openLab(page, new URL(longRun, site.url).href);
  await page.keyboard.press('n');
  const step = async () =>
    Number((await page.getByTestId('step').textContent())!.replace(/\D/g, ''));
  await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(10);
  const session = await browser.newBrowserCDPSession();
  void session.send('Browser.crashGpuProcess' as never).catch(() => {});
  await expect(page.getByText(/The GPU failed .* so the CPU goes on from step \d+\./)).toBeVisible({
    timeout: 20_000
  });
  const fell = await step();
  await expect.poll(step, { timeout: 20_000 }).toBeGreaterThan(fell);
  const engines = page.getByRole('group', { name: 'Engine' });
  await expect(engines.getByRole('button', { name: /CPU/ })).toHaveAttribute(
    'aria-pressed',
    'true'
  );
  await browser.close();
});
