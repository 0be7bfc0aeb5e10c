import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright';
import { openRun } from './cases';
import { categories } from './mainThread';
import { most, share } from './shares';
import { stopTrace, type Trace } from './trace';

interface Loaded {
  readonly name: string;
  readonly kilobytes: number;
}

/** Prints what a first visit loads of scripts before anything is pressed, what comes with the first run, and both at work. */
export async function printFirstLoad(browser: Browser, page: Page, address: string): Promise<void> {
  const loaded = collectScripts(page);
  await browser.startTracing(page, { categories });
  await page.goto(address, { waitUntil: 'networkidle' });
  const first = loaded.splice(0);
  const visit = await stopTrace(browser);
  await browser.startTracing(page, { categories });
  await openRun(page, address);
  await page.locator('[data-place=stage] canvas').first().waitFor();
  await page.waitForTimeout(1500);
  const start = await stopTrace(browser);
  const later = loaded.filter(({ name }) => first.every((other) => other.name !== name));
  console.log(`JavaScript of a first visit, compressed: ${total(first)} KB`);
  console.log(`With the first run come: ${later.map(describe).join(', ')}`);
  console.table([row('first visit', visit), row('first run, with its scene', start)]);
  await page.context().close();
}

function row(what: string, { tasks }: Trace) {
  const own = tasks.map((task) => task.own);
  const over = own.filter((time) => time > 50).length;
  return {
    what,
    'longest, own ms': most(own),
    'p99, own ms': share(own, 0.99),
    'over 50, own': over
  };
}

/** Every script that a page loads from now on, compressed as a server would. */
function collectScripts(page: Page): Loaded[] {
  const loaded: Loaded[] = [];
  page.on('response', (response) => {
    if (!response.url().endsWith('.js')) return;
    void response.body().then(
      (body) => {
        const kilobytes = gzipSync(body).length / 1024;
        loaded.push({ name: new URL(response.url()).pathname, kilobytes });
      },
      () => {}
    );
  });
  return loaded;
}

const describe = ({ name, kilobytes }: Loaded) =>
  `${name.split('/').at(-1)} ${kilobytes.toFixed(1)} KB`;
const total = (scripts: readonly Loaded[]) =>
  scripts.reduce((sum, { kilobytes }) => sum + kilobytes, 0).toFixed(1);
