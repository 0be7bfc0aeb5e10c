/**
 * How the page holds up while a run trains at full speed: the main thread's tasks, frames, the answers to keys and
 * clicks, what is loaded when, and what looking costs the training.
 *
 *   npm run bench:page
 *   npm run bench:page -- --seconds 10 --only heatmaps
 *   npm run bench:page -- --only looking
 *
 * “Own” times are what a thread computed: neither a busy machine nor a software renderer, which draws 3D and canvases
 * slowly, lengthens them. Frames per second and times by the clock are of this machine as it was.
 */
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { launchOptions } from '../scripts/browser.js';
import { serve } from '../scripts/serve';
import { cases, openRun, type Case } from './cases';
import { printFirstLoad } from './firstLoad';
import { printFirstSteps } from './firstStep';
import { lookingContests, printLookingCosts } from './looking';
import { categories, parts } from './mainThread';
import { takeNotes, trainAgain, type Notes } from './notes';
import { fixed, most, share } from './shares';
import { stopTrace } from './trace';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', default: '' }
  }
});
const seconds = Number(options.seconds);

/** Milliseconds between a key or click and the next. */
const APART = 300;

async function newPage(browser: Browser, { viewport, tempo = 'full' }: Partial<Case>) {
  const context = await browser.newContext({ viewport: viewport ?? { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(
    (choice: string) => localStorage.setItem('microgpt-lab.tempo', choice),
    tempo
  );
  // The TypeScript loader marks functions with a name that the page does not know.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.addInitScript(takeNotes);
  return page;
}

const stepOf = async (page: Page) =>
  Number((await page.getByTestId('step').textContent())?.replace(/\D/g, ''));

/** Presses what the case presses, and goes on training where a run has ended. */
async function press({ presses }: Case, page: Page): Promise<{ steps: number; ms: number }> {
  const began = performance.now();
  let steps = 0;
  let before = await stepOf(page);
  for (let turn = 0; performance.now() - began < seconds * 1000; turn++) {
    await presses[turn % presses.length](page);
    await page.waitForTimeout(APART);
    const step = await stepOf(page);
    steps += step < before ? step : step - before;
    before = step;
    const status = await page.locator('.progress .status').getAttribute('data-status');
    if (status !== 'running') await page.evaluate(trainAgain);
  }
  return { steps, ms: performance.now() - began };
}

async function measure(browser: Browser, page: Page, measured: Case) {
  await page.evaluate('notes.frames.length = notes.webgl = 0');
  await browser.startTracing(page, { categories });
  const { steps, ms } = await press(measured, page);
  const { frames, webgl } = await page.evaluate<Notes>(
    '({ frames: notes.frames, webgl: notes.webgl })'
  );
  const { tasks, inputs, span } = await stopTrace(browser);
  const own = tasks.map((task) => task.own);
  const drawn = tasks.filter(({ isFrame }) => isFrame).map((task) => task.own);
  const perFrame = (amount: number) => fixed(amount / Math.max(drawn.length, 1));
  const total = (numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0);
  return {
    tasks: {
      case: measured.name,
      'steps/s': fixed((1000 * steps) / ms),
      'longest, own ms': most(own),
      'p99, own ms': share(own, 0.99),
      'over 50, own': own.filter((time) => time > 50).length,
      'longest, clock ms': most(tasks.map(({ wall, waited }) => wall - waited)),
      'over 50, clock': tasks.filter(({ wall, waited }) => wall - waited > 50).length,
      'busy, own': percent(total(own) / span),
      'waits for GPU': percent(total(tasks.map(({ waited }) => waited)) / span)
    },
    frames: {
      case: measured.name,
      'frames/s': fixed((1000 * frames.length) / ms),
      'own ms, median': share(drawn, 0.5),
      'own ms, p95': share(drawn, 0.95),
      'all own ms a frame': perFrame(total(own)),
      ...Object.fromEntries(
        parts.map((part) => [part, perFrame(total(tasks.map((task) => task.parts[part])))])
      ),
      'in WebGL, clock': perFrame(webgl)
    },
    inputs: {
      case: measured.name,
      answers: inputs.length,
      'own ms, median': share(
        inputs.map((input) => input.own),
        0.5
      ),
      'own ms, most': most(inputs.map((input) => input.own)),
      'clock ms, median': share(
        inputs.map(({ wall }) => wall),
        0.5
      ),
      'clock ms, most': most(inputs.map(({ wall }) => wall))
    }
  };
}

const percent = (part: number) => `${Math.round(part * 100)} %`;

async function measureCase(browser: Browser, address: string, measured: Case) {
  const page = await newPage(browser, measured);
  try {
    await openRun(page, address + measured.query);
    await measured.prepare?.(page);
    await page.waitForTimeout(1000);
    return await measure(browser, page, measured);
  } finally {
    await page.context().close();
  }
}

const site = await serve();
const browser = await chromium.launch(launchOptions({ webgpu: true }));
const wanted = (name: string) => name.includes(options.only);
const figures = [];
for (const measured of cases.filter(({ name }) => wanted(name))) {
  process.stderr.write(`${measured.name}\n`);
  try {
    figures.push(await measureCase(browser, site.url, measured));
  } catch (error) {
    console.error(`${measured.name}: ${(error as Error).message.split('\n')[0]}`);
  }
}
if (figures.length > 0) {
  console.log('Tasks of the main thread, waits for the GPU process taken out:');
  console.table(figures.map(({ tasks }) => tasks));
  console.log('Frames, and what the main thread computes for each:');
  console.table(figures.map(({ frames }) => frames));
  console.log('From a key or a click to the frame that answers it:');
  console.table(figures.map(({ inputs }) => inputs));
}
if (wanted('first load')) await printFirstLoad(browser, await newPage(browser, {}), site.url);
if (wanted('first step')) await printFirstSteps(() => newPage(browser, {}), site.url);
const contests = lookingContests.filter(({ name }) => wanted(`looking, ${name}`));
if (contests.length > 0) await printLookingCosts(contests, () => newPage(browser, {}), site.url);
await browser.close();
await site.close();
