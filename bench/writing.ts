import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../src/lib/run/median';
import {
  publishedWorkloads,
  readPublished,
  type Published,
  type PublishedRow,
  type PublishedWorkload
} from '../src/lib/run/speed/published';
import { reportPage } from './charts/report';
import { sharesOf } from './rates';
import type { Results } from './results';
import type { Scaling } from './scaling';
import { digits, type Row } from './table';

export function writeJson(file: string, results: object): void {
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

/** The results with what follows from them. */
export function withMedians(results: Results) {
  const rows = results.rows.map((row) => ({ ...row, median: median(row.times) }));
  return { ...results, rows, shares: sharesOf(results) };
}

/** Writes what the page shows beside what it measures. Throws RangeError if that is not complete. */
export function writePublished(file: string, results: Results): void {
  const { date, machine, rounds, rows, costs } = results;
  const tokens = publishedWorkloads.map((name) => [name, digits(costs[name]!.tokensPerStep, 4)]);
  const published: Published = {
    ...{ date, machine, rounds },
    tokensPerStep: Object.fromEntries(tokens) as Published['tokensPerStep'],
    rows: rows.flatMap(publishedRow)
  };
  writeJson(file, readPublished(published));
}

function publishedRow({ workload, short, traced, ours, times, opened }: Row): PublishedRow[] {
  if (short === null || traced || workload === 'max') return [];
  const [ms, least, most] = [median(times), Math.min(...times), Math.max(...times)];
  return [
    {
      ...{ workload: workload satisfies PublishedWorkload, name: short, ours },
      ...{ ms: digits(ms, 4), least: digits(least, 4), most: digits(most, 4) },
      opened: Number.isFinite(opened) ? digits(opened, 4) : null
    }
  ];
}

/** Writes what was measured into a folder, and a page of it and of what was measured there before. */
export function writeReport(
  folder: string,
  measured: { readonly results: Results } | { readonly scaling: Scaling }
): string {
  mkdirSync(folder, { recursive: true });
  const file = (name: string) => join(folder, name);
  if ('results' in measured) writeJson(file('bench.json'), withMedians(measured.results));
  else writeJson(file('scaling.json'), measured.scaling);
  const read = <T>(name: string) =>
    existsSync(file(name)) ? (JSON.parse(readFileSync(file(name), 'utf8')) as T) : null;
  const page = reportPage(read<Results>('bench.json'), read<Scaling>('scaling.json'));
  writeFileSync(file('index.html'), page);
  return file('index.html');
}
