/**
 * Writes the generated packs, or with --check compares them with those in packs/.
 * Run it with `npx tsx scripts/generate-packs.ts [--check]`; exit 1: they differ, 2: bad arguments.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { differences, packFiles } from './packs/packFiles';

const folder = new URL('../packs/', import.meta.url);

function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== '--check');
  if (unknown !== undefined) {
    console.error(`generate-packs: needs --check or nothing, got ${unknown}`);
    return 2;
  }
  return args.includes('--check') ? check() : write();
}

function check(): number {
  const found = differences(packFiles(), (name) => {
    const file = new URL(name, folder);
    return existsSync(file) ? readFileSync(file, 'utf8') : null;
  });
  for (const difference of found) console.error(difference);
  return found.length > 0 ? 1 : 0;
}

function write(): number {
  for (const [name, text] of packFiles()) {
    writeFileSync(new URL(name, folder), text);
    console.log(`${fileURLToPath(new URL(name, folder))}: ${[...text].length} characters`);
  }
  return 0;
}

process.exitCode = main(process.argv.slice(2));
