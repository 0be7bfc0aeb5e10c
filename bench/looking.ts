import { resolve } from 'node:path';
import type { Page } from 'playwright';
import type { ToWorker } from '../src/lib/run/protocol';
import { median } from '../src/lib/run/median';
import { heatmaps, openRun } from './cases';
import { trainAgain } from './notes';
import type { Bench } from './page';
import { serveBench } from './server';

/** A run that all train, long enough for a rate. */
interface Contest {
  readonly name: string;
  readonly query: string;
  /** Brings the page there, once a run trains. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** Runs in a round: short ones need many. */
  readonly runs: number;
}

const microgpt = '?pack=names&num_steps=2000';
const onGpu = '?pack=names&num_steps=4000&engine=gpu';
const max = '?pack=chess_pgn&n_layer=2&n_head=8&n_embd=64&block_size=64';

export const lookingContests: readonly Contest[] = [
  { name: 'microgpt, simd', query: `${microgpt}&engine=simd`, runs: 12 },
  {
    name: 'microgpt, simd, heatmaps',
    query: `${microgpt}&engine=simd`,
    prepare: heatmaps,
    runs: 12
  },
  {
    name: 'microgpt, simd, no samples',
    query: `${microgpt}&sample_interval=0&engine=simd`,
    runs: 12
  },
  { name: 'max, simd', query: `${max}&num_steps=1000&engine=simd`, runs: 1 },
  {
    name: 'max, simd, heatmaps',
    query: `${max}&num_steps=1000&engine=simd`,
    prepare: heatmaps,
    runs: 1
  },
  { name: 'microgpt, gpu', query: onGpu, runs: 1 },
  { name: 'microgpt, gpu, heatmaps', query: onGpu, prepare: heatmaps, runs: 1 },
  { name: 'microgpt, cpu', query: `${microgpt}&engine=cpu`, runs: 2 },
  { name: 'max, cpu', query: `${max}&num_steps=200&engine=cpu`, runs: 1 }
];

const ROUNDS = 5;

/** A round of one engine without any run around it takes so many milliseconds. */
const BARE = 300;

type NewPage = () => Promise<Page>;

/**
 * Prints steps/s of a run in the live page, beside the same worker in a blank page, and beside the engine with no run
 * around it, in turns.
 */
export async function printLookingCosts(
  contests: readonly Contest[],
  newPage: NewPage,
  address: string
): Promise<void> {
  const bench = await serveBench(resolve(import.meta.dirname, '..'));
  console.log(
    'Training with the whole page open, the same worker with no page, and the engine alone:'
  );
  const rows: object[] = [];
  for (const contest of contests) {
    process.stderr.write(`${contest.name}\n`);
    try {
      const row = await compare(contest, newPage, address, bench.address);
      process.stderr.write(`${JSON.stringify(row)}\n`);
      rows.push(row);
    } catch (error) {
      console.error(`${contest.name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  console.table(rows);
  await bench.close();
}

async function compare(
  { name, query, prepare, runs }: Contest,
  newPage: NewPage,
  address: string,
  benchAddress: string
): Promise<object> {
  const live = await newPage();
  await openRun(live, address + query);
  await prepare?.(live);
  await rateOf(live);
  const alone = await openAlone(await newPage(), live, address);
  const bare = await openBare(await newPage(), live, benchAddress);
  const rates: Record<'live' | 'alone' | 'bare', number[]> = { live: [], alone: [], bare: [] };
  for (let round = 0; round < ROUNDS; round++) {
    rates.live.push(await again(live, runs));
    rates.alone.push(await again(alone, runs));
    rates.bare.push(1000 / (await bareRound(bare)));
  }
  for (const page of [live, alone, bare]) await page.context().close();
  const ratios = rates.live.map((rate, i) => rate / rates.alone[i]);
  return {
    case: name,
    'live, steps/s': Math.round(median(rates.live)),
    'no page, steps/s': Math.round(median(rates.alone)),
    'engine alone, steps/s': Math.round(median(rates.bare)),
    'live / no page': median(ratios).toFixed(2),
    least: Math.min(...ratios).toFixed(2),
    most: Math.max(...ratios).toFixed(2),
    'no page / alone': median(rates.alone.map((rate, i) => rate / rates.bare[i])).toFixed(2)
  };
}

/** The worker of another page, with the same run, in a page that shows nothing and asks for nothing. */
async function openAlone(page: Page, like: Page, address: string): Promise<Page> {
  const { script, open } = await like.evaluate(() => ({
    script: globalThis.notes.script,
    open: globalThis.notes.open
  }));
  await page.route('**/blank', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html>' })
  );
  await page.goto(`${address}blank`);
  await page.evaluate(
    ([script, open]) => {
      const worker = new Worker(script, { type: 'module' });
      worker.postMessage(open);
      worker.postMessage({ type: 'command', command: { type: 'run' } } satisfies ToWorker);
    },
    [script, open] as const
  );
  await rateOf(page);
  return page;
}

/** The engine of another page's run, on the same steps, with nothing around it. */
async function openBare(page: Page, like: Page, address: string): Promise<Page> {
  const open = await like.evaluate(() => globalThis.notes.open);
  if (open?.type !== 'open') throw new Error('looking: needs a run, got none');
  await page.goto(`${address}?isolated`);
  await page.evaluate("import('/bench/page.ts')");
  await page.evaluate((request) => {
    const { bench } = globalThis as unknown as { bench: Bench };
    return bench.openRun('run', request);
  }, open.request);
  return page;
}

function bareRound(page: Page): Promise<number> {
  return page.evaluate((milliseconds) => {
    const { bench } = globalThis as unknown as { bench: Bench };
    return bench.round('run', milliseconds);
  }, BARE);
}

/** Trains all over again, so many times: the rate in the middle. */
async function again(page: Page, runs: number): Promise<number> {
  const rates: number[] = [];
  for (let run = 0; run < runs; run++) {
    await page.evaluate('notes.rates.length = 0');
    await page.evaluate(trainAgain);
    rates.push(await rateOf(page));
  }
  return median(rates);
}

/** Steps per second of the stretch that ends next. */
async function rateOf(page: Page): Promise<number> {
  await page.waitForFunction('notes.rates.length > 0', null, { timeout: 120_000, polling: 50 });
  return page.evaluate(() => globalThis.notes.rates[0]);
}
