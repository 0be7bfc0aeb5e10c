/**
 * The benchmark: a training step of our engines and of their peers, side by side in one run, in turns, in Node, in
 * headless Chromium and in Python.
 *
 *   npm run bench                        every workload and peer, five rounds
 *   npm run bench -- --quick             W1 and W2, three short rounds, without the slowest peers
 *   npm run bench -- --ours              our engines alone
 *   npm run bench -- --microgpt FILE     with a microgpt.py beside an input.txt, on W1 and max
 *   npm run bench -- --native            with our GPU kernels through Dawn in Node, and PyTorch on CUDA where it is
 *   npm run bench -- --names FILE        documents of W1 and max; the built-in list unless told
 *   npm run bench -- --json FILE         writes what was measured
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright';
import { launchOptions } from '../scripts/browser.js';
import { bytesShipped } from './bytes';
import { openInNode, openInPage, openInPython, openMicrogpt, type Entry } from './entries';
import { serveBench } from './server';
import type { Competitor } from './page';
import { openNative } from './native';
import { installPeers } from './peers/install';
import { pythonWith } from './peers/python';
import { median, printTable, strangers } from './table';
import {
  isOnNames,
  makeWorkload,
  workloadNames,
  type WorkloadName
} from '../src/lib/run/speed/workloads';

const root = resolve(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    ours: { type: 'boolean', default: false },
    native: { type: 'boolean', default: false },
    microgpt: { type: 'string' },
    json: { type: 'string' },
    names: { type: 'string', default: resolve(root, 'packs/names_builtin.txt') }
  }
});

const rounds = options.quick ? 3 : 5;
const milliseconds = options.quick ? 400 : 2000;
const names = readFileSync(options.names, 'utf8').trim().split(/\r?\n/);

function chosenWorkloads(): WorkloadName[] {
  const isChosen = { W1: true, max: options.microgpt, W2: true, W3: !options.quick };
  return workloadNames.filter((name) => isChosen[name]);
}

const engines = ['cpu', 'simd', 'gpu'] as const;

/** Libraries by device; the slowest only where there is time. */
const libraries: readonly Competitor[] = [
  { library: 'jax-js', device: 'wasm' },
  { library: 'jax-js', device: 'webgpu' },
  { library: 'TensorFlow.js', device: 'wasm' },
  ...(options.quick
    ? []
    : [
        { library: 'TensorFlow.js', device: 'webgl' } as const,
        { library: 'TensorFlow.js', device: 'webgpu' } as const
      ])
];

async function openOurs(page: Page, workload: WorkloadName): Promise<Entry[]> {
  const entries = [await openInNode(workload, names)];
  for (const engine of engines) entries.push(await openInPage(page, { engine }, workload, names));
  if (workload === 'W3' && cpus().length > 1) {
    const together = { engine: 'simd', workers: cpus().length } as const;
    entries.push(await openInPage(page, together, workload, names));
  }
  return entries;
}

/** @param plain a page that is not isolated: what can have threads has one there */
async function openPeers(isolated: Page, plain: Page, name: WorkloadName): Promise<Entry[]> {
  if (options.ours || name === 'max') return [];
  const entries: Entry[] = [];
  for (const library of libraries) entries.push(await openInPage(plain, library, name, names));
  if (name !== 'W1') entries.push(await openThreaded(isolated, name));
  for (const module of ['numpy', 'torch'] as const) {
    const python = pythonWith(module);
    if (python === null) process.stderr.write(`${module}: not installed, left out\n`);
    else entries.push(...(await openThreads(python, module, name)));
  }
  return entries;
}

async function openThreaded(page: Page, name: WorkloadName): Promise<Entry> {
  const entry = await openInPage(page, { library: 'jax-js', device: 'wasm' }, name, names);
  return { ...entry, row: { ...entry.row, name: `${entry.row.name}, threads` } };
}

async function openThreads(python: string, module: 'numpy' | 'torch', name: WorkloadName) {
  const workload = makeWorkload(name, names);
  const counts = name === 'W3' && cpus().length > 1 ? [1, cpus().length] : [1];
  return Promise.all(counts.map((threads) => openInPython(python, [module, threads], workload)));
}

async function openAll(browser: Browser, address: string) {
  const [isolated, plain] = [await browser.newPage(), await browser.newPage()];
  await isolated.goto(`${address}?isolated`);
  await plain.goto(address);
  for (const page of [isolated, plain]) await page.evaluate("import('/bench/page.ts')");
  const ours: Entry[] = [];
  const all: Entry[] = [];
  for (const workload of chosenWorkloads()) {
    process.stderr.write(`opening ${workload} …\n`);
    const own = await openOurs(isolated, workload);
    ours.push(...own);
    all.push(...own, ...(await openPeers(isolated, plain, workload)));
    if (options.native) all.push(...(await openNative(workload, names)));
    if (options.microgpt && isOnNames(workload)) all.push(openMicrogpt(options.microgpt, workload));
  }
  return { ours, all };
}

if (!options.ours) installPeers();
const { address, close } = await serveBench(root);
const browser = await chromium.launch(launchOptions({ webgpu: true }));
const { ours, all } = await openAll(browser, address);
for (let round = 0; round < rounds; round++) {
  for (const { row, round } of all) row.times.push(await round(milliseconds));
  process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}
const rows = all.map(({ row }) => row);
printTable(rows, new Set(ours.map(({ row }) => row)));
const bytes = await bytesShipped(root, options.ours ? [] : libraries);
console.log('\nkB of JavaScript and WebAssembly to ship, compressed');
console.table(bytes);
if (options.json) {
  const measured = rows.map((row) => ({ ...row, median: median(row.times) }));
  writeFileSync(options.json, JSON.stringify({ bytes, rows: measured }, null, 2));
}
for (const { close } of all) close?.();
await browser.close();
await close();
for (const { workload, name, lossAt20 } of strangers(rows)) {
  console.error(`${name} on ${workload}: needs the loss that the others have, got ${lossAt20}`);
  process.exitCode = 1;
}
