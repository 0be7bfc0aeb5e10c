/**
 * The benchmark: a training step of our engines and of their peers, side by side in one run, in turns, in Node, in
 * headless Chromium, in Python and in C.
 *
 *   npm run bench                        every workload and peer, five rounds
 *   npm run bench -- --quick             W1 and W2, three short rounds, without the slowest peers
 *   npm run bench -- --ours              our engines alone
 *   npm run bench -- --microgpt FILE     with a microgpt.py beside an input.txt, on W1 and max
 *   npm run bench -- --microgpt-c DIR    with microgpt-c, of which a checkout is in DIR; needs a C compiler
 *   npm run bench -- --native            with our GPU kernels through Dawn in Node, and PyTorch on CUDA where it is
 *   npm run bench -- --names FILE        documents of W1 and max; the built-in list unless told
 *   npm run bench -- --json FILE         writes what was measured
 *   npm run bench -- --publish           writes it where the page shows it
 *   npm run bench -- --scaling           steps per second over sizes, on our engines
 *   npm run bench -- --report DIR        where the report goes; bench/report unless told
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright';
import { launchOptions } from '../scripts/browser.js';
import { compare } from './compare';
import type { Pages } from './competitors';
import { installPeers } from './peers/install';
import { printRates } from './rates';
import { measureScaling, printScaling } from './scaling';
import { serveBench } from './server';
import { printTable, strangers } from './table';
import { withMedians, writeJson, writePublished, writeReport } from './writing';

const root = resolve(import.meta.dirname, '..');
const builtIn = resolve(root, 'packs/names_builtin.txt');
const published = resolve(root, 'src/lib/run/speed/published.json');

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    ours: { type: 'boolean', default: false },
    native: { type: 'boolean', default: false },
    publish: { type: 'boolean', default: false },
    scaling: { type: 'boolean', default: false },
    microgpt: { type: 'string' },
    'microgpt-c': { type: 'string' },
    json: { type: 'string' },
    report: { type: 'string', default: resolve(root, 'bench/report') },
    names: { type: 'string', default: builtIn }
  }
});
if (options.publish && (options.quick || options.ours || options.names !== builtIn)) {
  throw new Error('publish: needs every peer on the built-in names, got other options');
}

async function openPages(browser: Browser, address: string): Promise<Pages> {
  const [isolated, plain] = [await browser.newPage(), await browser.newPage()];
  await isolated.goto(`${address}?isolated`);
  await plain.goto(address);
  for (const page of [isolated, plain]) await page.evaluate("import('/bench/page.ts')");
  return { isolated, plain };
}

async function compareAll(browser: Browser, address: string): Promise<void> {
  const names = readFileSync(options.names, 'utf8').trim().split(/\r?\n/);
  const pages = await openPages(browser, address);
  const results = await compare({ ...options, names }, browser, pages, root);
  printTable(results.rows);
  printRates(results);
  console.log('\nkB of JavaScript and WebAssembly to ship, compressed');
  console.table(results.bytes);
  console.log(
    `${results.machine}; load ${results.load.map((load) => load.toFixed(1)).join(' to ')}`
  );
  if (options.json) writeJson(options.json, withMedians(results));
  console.log(`Report: ${writeReport(options.report, { results })}`);
  const odd = strangers(results.rows);
  for (const { workload, name, losses } of odd) {
    const got = JSON.stringify(losses);
    console.error(`${name} on ${workload}: needs the losses that the others have, got ${got}`);
    process.exitCode = 1;
  }
  if (!options.publish) return;
  if (odd.some(({ ours }) => ours)) return console.error('publish: needs our own losses right');
  writePublished(published, { ...results, rows: results.rows.filter((row) => !odd.includes(row)) });
}

async function scale(browser: Browser, address: string): Promise<void> {
  const { isolated } = await openPages(browser, address);
  const scaling = await measureScaling(browser, isolated);
  printScaling(scaling);
  if (options.json) writeJson(options.json, scaling);
  console.log(`Report: ${writeReport(options.report, { scaling })}`);
}

if (!options.ours && !options.scaling) installPeers();
const { address, close } = await serveBench(root);
const browser = await chromium.launch(launchOptions({ webgpu: true }));
await (options.scaling ? scale : compareAll)(browser, address);
await browser.close();
await close();
// What the GPU of Node keeps open would keep this open.
process.stdout.write('', () => process.exit());
