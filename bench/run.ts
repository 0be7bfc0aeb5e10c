/**
 * The benchmark: a training step of each engine, side by side in one run, in turns, in Node and in headless Chromium.
 *
 *   npm run bench                        all workloads, five rounds
 *   npm run bench -- --quick             W1 and W2, three short rounds
 *   npm run bench -- --microgpt FILE     with a microgpt.py beside an input.txt, for W1
 *   npm run bench -- --names FILE        documents of W1; the built-in list unless told
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import { launchOptions } from '../scripts/browser.js';
import { CpuEngine } from '../src/lib/engine/cpu/cpuEngine';
import type { EngineName } from '../src/lib/engine/engine';
import { Contestant } from './measure';
import { timeMicrogpt } from './microgpt';
import type { Bench } from './page';
import { printTable, type Row } from './table';
import { makeWorkload, workloadNames, type WorkloadName } from './workloads';

const root = resolve(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    microgpt: { type: 'string' },
    names: { type: 'string', default: resolve(root, 'packs/names_builtin.txt') }
  }
});

const rounds = options.quick ? 3 : 5;
const milliseconds = options.quick ? 400 : 2000;
const names = readFileSync(options.names, 'utf8').trim().split(/\r?\n/);
const workloads = options.quick ? workloadNames.filter((name) => name !== 'W3') : workloadNames;

/** Something that can be timed: a round tells milliseconds per step. */
interface Entry {
  readonly row: Row;
  round(): Promise<number>;
}

async function openInNode(workload: WorkloadName): Promise<Entry> {
  const from = performance.now();
  const { program, adam, ...rest } = makeWorkload(workload, names);
  const engine = new CpuEngine(program, adam);
  const contestant = new Contestant(engine, { program, adam, ...rest }, 4);
  const opened = (await contestant.warmUp(() => performance.now())) - from;
  return {
    row: { workload, name: 'cpu, Node', opened, lossAt20: contestant.lossAt20, times: [] },
    round: () => contestant.round(milliseconds, () => performance.now())
  };
}

async function openInPage(page: Page, engine: EngineName, workload: WorkloadName): Promise<Entry> {
  const id = `${engine} ${workload}`;
  const { opened, lossAt20, device } = await page.evaluate(
    ([id, engine, workload, names]) =>
      (globalThis as unknown as { bench: Bench }).bench.open(id, engine, workload, names),
    [id, engine, workload, names] as const
  );
  return {
    row: { workload, name: `${engine}, Chromium (${device})`, opened, lossAt20, times: [] },
    round: () =>
      page.evaluate(([id, ms]) => (globalThis as unknown as { bench: Bench }).bench.round(id, ms), [
        id,
        milliseconds
      ] as [string, number])
  };
}

async function openAll(page: Page): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const workload of workloads) {
    entries.push(await openInNode(workload));
    for (const engine of ['cpu', 'gpu'] as const) {
      entries.push(await openInPage(page, engine, workload));
    }
  }
  const { microgpt } = options;
  if (microgpt) {
    const row: Row = { workload: 'W1', name: 'microgpt.py', opened: NaN, lossAt20: NaN, times: [] };
    entries.push({ row, round: () => timeMicrogpt(microgpt, options.quick ? 10 : 20) });
  }
  return entries;
}

const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  server: { hmr: false, watch: null }
});
await server.listen();
const browser = await chromium.launch(launchOptions({ webgpu: true }));
const page = await browser.newPage();
await page.goto(`${server.resolvedUrls!.local[0]}bench/page.html`);
await page.evaluate("import('/bench/page.ts')");

const entries = await openAll(page);
for (let round = 0; round < rounds; round++) {
  for (const entry of entries) entry.row.times.push(await entry.round());
  process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}
printTable(entries.map(({ row }) => row));
await browser.close();
await server.close();
