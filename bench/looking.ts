import type { Page } from 'playwright';
import type { ToWorker } from '../src/lib/run/protocol';
import { openRun } from './cases';
import { trainAgain } from './notes';
import { median } from '../src/lib/run/median';

/** A run that both train, long enough for a rate. */
interface Contest {
  readonly name: string;
  readonly query: string;
}

const contests: readonly Contest[] = [
  { name: 'microgpt, cpu', query: '?pack=names&num_steps=2000&engine=cpu' },
  { name: 'microgpt, gpu', query: '?pack=names&num_steps=400&engine=gpu' },
  {
    name: 'max, cpu',
    query: '?pack=chess_pgn&n_layer=2&n_head=8&n_embd=64&block_size=64&num_steps=200&engine=cpu'
  }
];

const ROUNDS = 5;

/** Prints steps/s of a run in the live page beside the same worker in a blank page, in turns. */
export async function printLookingCosts(
  newPage: () => Promise<Page>,
  address: string
): Promise<void> {
  console.log('Training with the whole page open and live, beside the same worker with no page:');
  for (const contest of contests) {
    try {
      console.table([await compare(contest, newPage, address)]);
    } catch (error) {
      console.error(`${contest.name}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
}

async function compare(
  { name, query }: Contest,
  newPage: () => Promise<Page>,
  address: string
): Promise<object> {
  const live = await newPage();
  await openRun(live, address + query);
  await rateOf(live);
  const alone = await openAlone(await newPage(), live, address);
  const rates: { live: number; alone: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rates.push({ live: await again(live), alone: await again(alone) });
  }
  await live.context().close();
  await alone.context().close();
  const ratios = rates.map((rate) => rate.live / rate.alone);
  return {
    case: name,
    'live, steps/s': Math.round(median(rates.map((rate) => rate.live))),
    'no page, steps/s': Math.round(median(rates.map((rate) => rate.alone))),
    ratio: median(ratios).toFixed(2),
    least: Math.min(...ratios).toFixed(2),
    most: Math.max(...ratios).toFixed(2)
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

async function again(page: Page): Promise<number> {
  await page.evaluate('notes.rates.length = 0');
  await page.evaluate(trainAgain);
  return rateOf(page);
}

/** Steps per second of the stretch that ends next. */
async function rateOf(page: Page): Promise<number> {
  await page.waitForFunction('notes.rates.length > 0', null, { timeout: 120_000, polling: 200 });
  return page.evaluate(() => globalThis.notes.rates[0]);
}
