/**
 * Writes the pages of docs/ that come from the code, or with --check compares them with those that are there.
 * Run it with `npx tsx scripts/write-docs.ts [--check]`; exit 1: they differ, 2: bad arguments.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { writtenPages } from './docs/pages';

const folder = new URL('../docs/', import.meta.url);

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    console.error(`write-docs: needs --check or nothing, got ${unknown}`);
    return 2;
  }
  const pages = await writtenPages();
  return args.includes('--check') ? check(pages) : write(pages);
}

function check(pages: ReadonlyMap<string, string>): number {
  const stale = [...pages].filter(([name, text]) => read(name) !== text);
  for (const [name] of stale) {
    console.error(`docs/${name}: needs to be what scripts/write-docs.ts writes, got another`);
  }
  return stale.length > 0 ? 1 : 0;
}

function write(pages: ReadonlyMap<string, string>): number {
  for (const [name, text] of pages) writeFileSync(new URL(name, folder), text);
  return 0;
}

function read(name: string): string | null {
  const file = new URL(name, folder);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

process.exitCode = await main(process.argv.slice(2));
