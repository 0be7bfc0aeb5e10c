import { loadavg } from 'node:os';
import type { Browser, Page } from 'playwright';
import { programCost } from '../src/lib/run/cost';
import { makeWorkload, workloadNames, type WorkloadName } from '../src/lib/run/speed/workloads';
import { bytesShipped } from './bytes';
import { librariesOf, openField, type Field, type Pages } from './competitors';
import type { Entry } from './entries';
import type { Bench } from './page';
import { productSizes } from './productRate';
import type { Rate } from './rates';
import { machineOf, today, type Results } from './results';
import { SLOW_ROUNDS } from './table';

/** Everybody in turns, on one workload after the other in each round. */
export async function compare(
  field: Field,
  browser: Browser,
  pages: Pages,
  root: string
): Promise<Results> {
  const entries: Entry[] = [];
  const load = [loadavg()[0]];
  const workloads = chosen(field);
  for (const workload of workloads) {
    process.stderr.write(`opening ${workload} …\n`);
    entries.push(...(await openField(field, pages, workload)));
  }
  const rates = productSizes.map((sizes): Rate => ({ sizes, gflops: [] }));
  const rounds = field.quick ? 3 : 5;
  for (let round = 0; round < rounds; round++) {
    await takeTurns(entries, round, field.quick ? 400 : 1500);
    for (const rate of rates) rate.gflops.push(await productRateIn(pages.isolated, rate));
    process.stderr.write(`round ${round + 1} of ${rounds}\n`);
  }
  for (const { close } of entries) close?.();
  return {
    ...{ date: today(), machine: machineOf(browser), load: [...load, loadavg()[0]], rounds },
    rows: entries.map(({ row }) => row).filter(({ times }) => times.length > 0),
    rates,
    costs: Object.fromEntries(workloads.map((name) => [name, costOf(name, field)])),
    bytes: await bytesShipped(root, librariesOf(field))
  };
}

function chosen({ quick, microgpt }: Field): WorkloadName[] {
  const isChosen = { W1: true, max: microgpt !== undefined, W2: true, W3: !quick };
  return workloadNames.filter((name) => isChosen[name]);
}

/** One that fails has no further turns; a slow one has fewer. */
async function takeTurns(entries: Entry[], number: number, milliseconds: number): Promise<void> {
  for (const entry of [...entries]) {
    const { row, round } = entry;
    if (row.isSlow && number >= SLOW_ROUNDS) continue;
    try {
      row.times.push(await round(milliseconds));
    } catch (error) {
      entries.splice(entries.indexOf(entry), 1);
      process.stderr.write(`${row.name} on ${row.workload}: failed, ${(error as Error).message}\n`);
      if (row.ours) process.exitCode = 1;
    }
  }
}

function productRateIn(page: Page, { sizes }: Rate): Promise<number> {
  return page.evaluate((sizes) => {
    const { bench } = globalThis as unknown as { bench: Bench };
    return bench.productRate(sizes, 300);
  }, sizes);
}

function costOf(name: WorkloadName, { names }: Field) {
  const { program, batches } = makeWorkload(name, names);
  return programCost(program, batches);
}
