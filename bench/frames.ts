/**
 * How the page holds up while a run of the largest model trains at full speed with every panel open: the main thread's
 * tasks, frames, the answer to a key, and what is loaded when.
 *
 *   npm run bench:page
 *   npm run bench:page -- --seconds 10
 *
 * A software renderer draws the scene slowly; the rows with heatmaps show the same page without it.
 */
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type Page } from 'playwright';
import { launchOptions } from '../scripts/browser.js';
import { serve } from '../scripts/serve';
import { mainThreadTasks, type TraceEvent } from './mainThread';
import { median } from './table';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '5' } }
});
const seconds = Number(options.seconds);

const address =
  '?pack=chess_pgn&n_layer=2&n_head=8&n_embd=64&block_size=64&num_steps=2000&engine=cpu';

/** What the page notes by itself, in ms. */
interface Notes {
  readonly frames: number[];
  /** From a key press to the frame that answers it; only those of 16 ms and more are told. */
  readonly keys: number[];
}

interface Loaded {
  readonly name: string;
  readonly kilobytes: number;
}

function takeNotes(): void {
  const notes: Notes = { frames: [], keys: [] };
  Object.assign(globalThis, { notes });
  let last = performance.now();
  const frame = (now: number) => {
    notes.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name === 'keydown') notes.keys.push(entry.duration);
    }
  }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
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

async function measure(browser: Browser, page: Page, view: string) {
  await page.evaluate('notes.frames.length = notes.keys.length = 0');
  await browser.startTracing(page, {
    categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline', '__metadata']
  });
  const began = performance.now();
  const presses = seconds * 4;
  for (let press = 0; press < presses; press++) {
    await page.keyboard.press('l');
    await page.waitForTimeout(250);
  }
  const trace = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: TraceEvent[];
  };
  const elapsed = performance.now() - began;
  const tasks = mainThreadTasks(trace.traceEvents, 'dur');
  const own = mainThreadTasks(trace.traceEvents, 'tdur');
  const { frames, keys } = await page.evaluate<Notes>('notes');
  const sorted = [...frames].sort((a, b) => a - b);
  return {
    view,
    'longest task, ms': Math.max(...tasks).toFixed(1),
    'tasks over 50 ms': tasks.filter((ms) => ms > 50).length,
    'longest by itself, ms': Math.max(...own).toFixed(1),
    'busy by itself': percent(own.reduce((sum, ms) => sum + ms, 0) / elapsed),
    'frame, median ms': median(frames).toFixed(1),
    'frame, p95 ms': sorted[Math.floor(sorted.length * 0.95)].toFixed(1),
    'slowest key, ms': keys.length > 0 ? Math.max(...keys) : 'under 16'
  };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
const total = (scripts: readonly Loaded[]) =>
  scripts.reduce((sum, { kilobytes }) => sum + kilobytes, 0).toFixed(1);

const site = await serve();
const browser = await chromium.launch(launchOptions({ webgpu: true }));
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.addInitScript(() => localStorage.setItem('microgpt-lab.tempo', 'full'));
// The TypeScript loader marks functions with a name that the page does not know.
await page.addInitScript('globalThis.__name = (named) => named');
await page.addInitScript(takeNotes);
const scripts = collectScripts(page);
await page.goto(site.url + address, { waitUntil: 'networkidle' });
const first = scripts.splice(0);

await page.getByRole('button', { name: /Start training/ }).click();
await page.locator('[data-place=stage] canvas').first().waitFor();
await page.waitForTimeout(1500);
// What a software renderer may be too slow for comes last; each table is printed as soon as it is known.
await page.keyboard.press('a');
await page.waitForTimeout(500);
console.table([await measure(browser, page, 'heatmaps')]);
console.log(`JavaScript, compressed: first load ${total(first)} KB; with the first run:`);
for (const { name, kilobytes } of scripts) console.log(`  ${name} ${kilobytes.toFixed(1)} KB`);
await page.keyboard.press('a');
await page.waitForTimeout(500);
console.table([await measure(browser, page, 'constellation')]);
const status = await page.locator('.progress .status').textContent();
if (status !== 'running')
  console.log(`The run was ${status} before the end: measure for less long.`);
await browser.close();
await site.close();
