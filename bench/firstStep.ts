import type { Page } from 'playwright';
import { median } from '../src/lib/run/median';
import { openRun } from './cases';

const VISITS = 5;

/** Prints how long the first step of a run is in coming after Start, on later visits: what can be cached is. */
export async function printFirstSteps(newPage: () => Promise<Page>, address: string) {
  console.log('Milliseconds from Start to the first step in the page, on later visits:');
  const rows: object[] = [];
  for (const engine of ['simd', 'gpu', 'cpu'] as const) {
    process.stderr.write(`first step, ${engine}\n`);
    rows.push(await measure(engine, newPage, address));
  }
  console.table(rows);
}

async function measure(engine: string, newPage: () => Promise<Page>, address: string) {
  const query = `?pack=names&num_steps=100&engine=${engine}`;
  const page = await newPage();
  const times: number[] = [];
  for (let visit = 0; visit <= VISITS; visit++) {
    await openRun(page, address + query);
    await page.waitForFunction('notes.firstStep > 0', null, { timeout: 60_000, polling: 50 });
    times.push(await page.evaluate(() => globalThis.notes.firstStep - globalThis.notes.clicked));
    await page.goto('about:blank');
  }
  await page.context().close();
  const [first, ...later] = times;
  return {
    engine,
    'first visit': Math.round(first),
    median: Math.round(median(later)),
    least: Math.round(Math.min(...later)),
    most: Math.round(Math.max(...later))
  };
}
